/** What a store promises of the numbers over time. */
import { expect } from 'vitest'
import { NO_USAGE } from '../../src/ports/attempts.ts'
import type { Store } from '../../src/ports/store.ts'
import { ATTEMPT, file, LANDING, RECEIPT } from './store-samples.ts'

type Test = (title: string, body: (made: { store: Store }) => Promise<void>) => void

export function tallyTests(test: Test): void {
  test('tallies what happened in stretches of time, and does not take what is unknown for nothing', async ({
    store,
  }) => {
    const DAY = 1000
    const usage = (costUsd: number | null) => ({ ...NO_USAGE, costUsd })
    await store.transact(async (tx) => {
      const land = async (lead: number, endedAt: number, costUsd: number | null) => {
        const { id: ticket } = await file(tx, {})
        const attempt = { ...ATTEMPT, ticket, startedAt: endedAt - lead, endedAt, usage: usage(costUsd) }
        await tx.putAttempt({ ...attempt, outcome: 'landed' })
        await tx.putLanding({ ...LANDING, ticket, status: 'landed', endedAt })
      }
      await land(100, 2100, 0.5)
      await land(300, 2500, 1.5)
      await land(900, 2999, null)
      await land(10, 3100, null)
      const { id: ticket } = await file(tx, {})
      await tx.putAttempt({
        ...ATTEMPT,
        ticket,
        startedAt: 3050,
        endedAt: 3060,
        outcome: 'bounced',
        harness: null,
      })
      await tx.addReceipt({ ...RECEIPT, startedAt: 2000, durationMs: 10 })
      await tx.addReceipt({ ...RECEIPT, startedAt: 2001, durationMs: 30, verdict: 'green' })
      await tx.addReceipt({ ...RECEIPT, startedAt: 500 })
    })
    const all = await store.tallies({ since: 1000, step: DAY, offset: 0 })
    expect(all).toEqual([
      {
        ...{ stretch: 2, landed: 3, medianLeadMs: 300, gates: 2, redGates: 1, medianGateMs: 20, bounced: 0 },
        ...{ costUsd: 2, unknownCosts: 1, ticketCostUsd: 1 },
      },
      {
        ...{ stretch: 3, landed: 1, medianLeadMs: 10, gates: 0, redGates: 0, medianGateMs: null, bounced: 1 },
        ...{ costUsd: null, unknownCosts: 1, ticketCostUsd: null },
      },
    ])
    const shifted = await store.tallies({ since: 1000, step: DAY, offset: 500 })
    expect(shifted.map(({ stretch, landed }) => [stretch, landed])).toEqual([
      [2, 1],
      [3, 3],
    ])
    expect(await store.tallies({ since: 9000, step: DAY, offset: 0 })).toEqual([])
  })
}
