/** What a store promises of attempts whose tickets have been over for long. */
import { expect } from 'vitest'
import type { Store } from '../../src/ports/store.ts'
import { evolve } from '../../src/ticket/evolve.ts'
import { ATTEMPT, CANCELLED, file } from './store-samples.ts'

type Test = (title: string, body: (made: { store: Store }) => Promise<void>) => void

export function overdueTests(test: Test): void {
  test('finds attempts at tickets that have been over for long, until they are marked', async ({ store }) => {
    await store.transact(async (tx) => {
      const made = async (over: number | null, endedAt: number, createdBy = 'ada') => {
        const ticket = await file(tx, { createdBy })
        if (over !== null) await tx.save(evolve(ticket, CANCELLED, over), [CANCELLED], 'ada')
        await tx.putAttempt({ ...ATTEMPT, ticket: ticket.id, endedAt, outcome: 'released' })
      }
      await made(100, 90)
      await made(50, 20)
      await made(101, 20)
      await made(null, 20)
      await made(500, 30, 'scout')
      await made(100, 101)
    })
    const overdue = async (before: number, limit = 9) =>
      (await store.overdue(before, limit)).map(({ ticket }) => ticket)
    expect(await overdue(100)).toEqual([2, 5, 1])
    expect(await overdue(100, 2)).toEqual([2, 5])
    expect(await overdue(10)).toEqual([])
    const [first] = await store.overdue(100, 1)
    await store.transact((tx) => tx.putAttempt({ ...first!, removedAt: 600 }))
    expect(await overdue(100)).toEqual([5, 1])
    expect(await store.attempt(2, 1)).toMatchObject({ removedAt: 600 })
  })
}
