/** What a store promises of every state, status and phase that a ticket may have: a new one must be known here, too. */
import { expect } from 'vitest'
import type { Store } from '../../src/ports/store.ts'
import { STATUSES, type Ticket, WORK_PHASES } from '../../src/ticket/ticket.ts'
import { NOW, STATES, ticketIn } from '../ticket/states.ts'
import { file } from './store-samples.ts'

type Test = (title: string, body: (made: { store: Store }) => Promise<void>) => void

/** One ticket in each state, and one more in each phase of the work. */
const everyState = (): Ticket[] => {
  const leased = ticketIn('leased')
  const phases = WORK_PHASES.map((phase) => ({
    ...leased,
    stage: { ...leased.stage, phase } as Ticket['stage'],
  }))
  return [...STATES.map((state) => ticketIn(state)), ...phases].map((ticket, at) => ({
    ...ticket,
    id: at + 1,
    blockedBy: [],
  }))
}

export function stateTests(test: Test): void {
  test('keeps a ticket in each state and phase, and counts it by its status', async ({ store }) => {
    const tickets = everyState()
    await store.transact(async (tx) => {
      for (const ticket of tickets) {
        await file(tx, {})
        await tx.save(ticket, [], 'human')
      }
    })
    expect(await store.tickets({})).toEqual(tickets)
    const { open, inProgress, ready, done } = await store.census(NOW)
    expect(open + inProgress + ready + done).toBe(tickets.length)
    for (const status of STATUSES) {
      const those = tickets.filter(({ stage }) => stage.status === status)
      expect(those).not.toEqual([])
      expect([status, await store.count({ status: [status] })]).toEqual([status, those.length])
    }
  })
}
