/** Tickets in this page: every one that is not done, and the newest done ones. */
import type { EventEntry } from '../../src/api/client.ts'
import { born } from '../../src/ticket/evolve.ts'
import type { Ticket } from '../../src/ticket/ticket.ts'
import { api } from './api.ts'
import { evolved } from './evolved.ts'
import { kept } from './kept.ts'

/** Tickets in this page. */
export interface Tickets {
  byId: ReadonlyMap<number, Ticket>
  /** Number of done tickets in all; only the newest are here. */
  done: number
}

export const { use: useTickets } = kept<Tickets>({
  take: async () => {
    const { seq, done, tickets } = await api.board()
    return { seq, value: { done, byId: new Map(tickets.map((ticket) => [ticket.id, ticket])) } }
  },
  fold: folded,
})

function folded(before: Tickets, entries: readonly EventEntry[]): Tickets | null {
  const byId = new Map(before.byId)
  let { done } = before
  for (const { ticket: id, event, at } of entries) {
    const ticket = byId.get(id)
    // Talk does not change it; one that was done long ago is not here.
    if (!ticket && event.type === 'commented') continue
    if (!ticket && event.type !== 'created') return null
    const next = ticket ? evolved(ticket, event, at) : event.type === 'created' ? born(id, event, at) : null
    if (next === null) return null
    done += Number(next.stage.status === 'done') - Number(ticket?.stage.status === 'done')
    byId.set(id, next)
  }
  return { byId, done }
}
