/**
 * Every ticket that is not done, in this page: taken once from the server, and then kept up by folding the log with the
 * server's own code. It begins with the first page that wants it.
 */
import type { EventEntry } from '../../src/api/client.ts'
import { born, evolve } from '../../src/ticket/evolve.ts'
import type { Ticket } from '../../src/ticket/ticket.ts'
import { api } from './api.ts'
import { type Cell, cell, useCell } from './cell.ts'
import { onEntries } from './stream.ts'

export interface Tickets {
  seq: number
  byId: ReadonlyMap<number, Ticket>
  /** How many are done in all; of those only the newest are here. */
  done: number
}

const tickets: Cell<Tickets | null> = cell<Tickets | null>(null)
const problem: Cell<Error | null> = cell<Error | null>(null)

/** Null while they are on their way. */
export function useTickets(): { tickets: Tickets | null; error: Error | null; retry: () => void } {
  begin()
  return { tickets: useCell(tickets), error: useCell(problem), retry: () => void load() }
}

let begun = false
let loading = false
/** What came while the tickets were on their way. */
let early: EventEntry[] = []

function begin() {
  if (begun) return
  begun = true
  onEntries((entries) => {
    const known = tickets.get()
    if (loading || known === null) {
      early.push(...entries)
      return
    }
    const next = folded(known, entries)
    if (next) tickets.set(next)
    else void load()
  })
  void load()
}

async function load(): Promise<void> {
  if (loading) return
  loading = true
  problem.set(null)
  try {
    const { seq, done, tickets: list } = await api.board()
    const taken = { seq, done, byId: new Map(list.map((ticket) => [ticket.id, ticket])) }
    tickets.set(folded(taken, early) ?? taken)
    early = []
  } catch (error) {
    problem.set(error instanceof Error ? error : new Error(String(error)))
  } finally {
    loading = false
  }
}

/** The tickets after these events; null when that cannot be known here, and they must be taken anew. */
export function folded(before: Tickets, entries: readonly EventEntry[]): Tickets | null {
  const fresh = entries.filter(({ seq }) => seq > before.seq)
  if (fresh.length === 0) return before
  const byId = new Map(before.byId)
  let { done } = before
  for (const { ticket: id, event, at } of fresh) {
    const ticket = byId.get(id)
    // Talk does not change it; one that was done long ago is not here.
    if (!ticket && event.type === 'commented') continue
    if (!ticket && event.type !== 'created') return null
    const next = ticket ? evolved(ticket, event, at) : event.type === 'created' ? born(id, event, at) : null
    if (next === null) return null
    done += Number(next.stage.status === 'done') - Number(ticket?.stage.status === 'done')
    byId.set(id, next)
  }
  return { seq: fresh.at(-1)!.seq, byId, done }
}

function evolved(ticket: Ticket, event: EventEntry['event'], at: number): Ticket | null {
  try {
    return evolve(ticket, event, at)
  } catch {
    return null
  }
}
