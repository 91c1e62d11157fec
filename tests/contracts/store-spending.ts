/** What every store must sum up of attempts. */
import { expect } from 'vitest'
import { type Attempt, NO_USAGE } from '../../src/ports/attempts.ts'
import type { Store } from '../../src/ports/store.ts'
import { ATTEMPT, file } from './store-samples.ts'

type Test = (title: string, body: (made: { store: Store }) => Promise<void>) => void

export function spendingTests(test: Test): void {
  test('sums up what attempts used, by what they have in common and by model', async ({ store }) => {
    const QUARTER = 900_000
    const used = (ticket: number, number: number, more: Partial<Attempt>): Attempt => ({
      ...ATTEMPT,
      ...{ ticket, number, startedAt: number * QUARTER + 7, endedAt: 9, outcome: 'released', model: 'm' },
      ...more,
    })
    const tokens = { inputTokens: 100, outputTokens: 10, cacheReadTokens: 5, cacheWriteTokens: 1, turns: 1 }
    const live = { endedAt: null, outcome: null }
    await store.transact(async (tx) => {
      await file(tx, {})
      await file(tx, {})
      await tx.putAttempt(used(2, 1, { usage: { ...tokens, costUsd: 0.5 } }))
      await tx.putAttempt(used(1, 1, { usage: { ...tokens, costUsd: 0.25 }, ...live }))
      await tx.putAttempt(used(2, 2, { usage: { ...tokens, costUsd: null }, holder: 'agent-2' }))
      await tx.putAttempt(used(2, 10, { usage: NO_USAGE, model: null }))
      await tx.putAttempt(used(1, 2, { harness: null, usage: { ...tokens, costUsd: 9 } }))
    })
    const keys = async (filter: Parameters<Store['spending']>[0]) =>
      (await store.spending(filter)).map(({ key, model, attempts }) => `${key} ${model} ${attempts}`)
    expect(await keys({ since: 0 })).toEqual([' null 1', ' m 3'])
    expect(await keys({ since: 0, by: 'ticket' })).toEqual(['1 m 1', '2 null 1', '2 m 2'])
    expect(await keys({ since: 0, by: 'agent' })).toEqual(['agent-1 null 1', 'agent-1 m 2', 'agent-2 m 1'])
    expect(await keys({ since: 0, by: 'attempt' })).toEqual(['1/1 m 1', '2/1 m 1', '2/2 m 1', '2/10 null 1'])
    expect(await keys({ since: 0, by: 'quarter' })).toEqual([
      `${QUARTER} m 2`,
      `${2 * QUARTER} m 1`,
      `${10 * QUARTER} null 1`,
    ])
    expect(await keys({ since: 2 * QUARTER, by: 'ticket' })).toEqual(['2 null 1', '2 m 1'])
    expect(await keys({ since: 2 * QUARTER, by: 'ticket', live: true })).toEqual([
      '1 m 1',
      '2 null 1',
      '2 m 1',
    ])
    expect(await keys({ since: 0, ticket: 1 })).toEqual([' m 1'])
    expect(await store.spending({ since: 99 * QUARTER })).toEqual([])
    const silent = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 }
    const { turns: _, ...unpriced } = tokens
    expect(await store.spending({ since: 0, ticket: 2 })).toEqual([
      {
        ...{ key: '', model: null, attempts: 1 },
        usd: 0,
        tokens: 0,
        unpriced: { attempts: 1, silent: 1, tokens: silent },
      },
      {
        ...{ key: '', model: 'm', attempts: 2 },
        ...{ usd: 0.5, tokens: 232, unpriced: { attempts: 1, silent: 0, tokens: unpriced } },
      },
    ])
  })
}
