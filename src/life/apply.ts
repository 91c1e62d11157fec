/**
 * Single writer of ticket state: load → decide → row and events in one transaction, together with their consequences
 * for the attempt and its place in the merge queue.
 */
import type { Tx } from '../ports/store.ts'
import type { Records } from '../ports/world.ts'
import { type Actor, type Command, isRefusal, type Refusal, refuse } from '../ticket/commands.ts'
import { decide } from '../ticket/decide.ts'
import type { TicketEvent } from '../ticket/events.ts'
import { evolve } from '../ticket/evolve.ts'
import { Refused } from '../ticket/refused.ts'
import type { Ticket, TicketId } from '../ticket/ticket.ts'
import { follow } from './follow.ts'
import { concernsOthers, HANDS_ON, handOn } from './hand-on.ts'
import { withReturns } from './returns.ts'

/** Applies one command to one ticket. Gives the changed ticket, or a refusal that changes nothing. */
export const apply = (
  records: Records,
  id: TicketId,
  command: Command,
  by: Actor,
): Promise<Ticket | Refusal> => together(records, (tx, now) => applyIn(tx, now, id, command, by))

/**
 * Applies several commands as one: all of them, or none when `must` meets a refusal, which is then the result. `now` is
 * one moment for all of them.
 */
export async function together<T>(
  records: Records,
  work: (tx: Tx, now: number) => Promise<T>,
): Promise<T | Refusal> {
  try {
    return await records.store.transact((tx) => work(tx, records.clock.now()))
  } catch (error) {
    if (error instanceof Refused) return error.refusal
    throw error
  }
}

/** Unwraps a value inside `together`; a refusal undoes everything. */
export function must<T>(value: T | Refusal): T {
  if (isRefusal(value)) throw new Refused(value)
  return value
}

/**
 * Applies a command within the caller's transaction at `now`, in milliseconds since the epoch. Gives the new ticket, or
 * a refusal and changes nothing.
 */
export async function applyIn(
  tx: Tx,
  now: number,
  id: TicketId,
  command: Command,
  by: Actor,
): Promise<Ticket | Refusal> {
  const ticket = await tx.ticket(id)
  if (!ticket) return notFound(id)
  const asked = by.kind === 'agent' ? await withReturns(tx, now, ticket, command) : command
  const events = decide(ticket, asked, by)
  if (isRefusal(events)) return events
  return write(tx, now, ticket, events, by.name)
}

/** Refusal for a ticket that does not exist. */
export const notFound = (id: TicketId) => refuse('not_found', `Ticket ${id} not found.`)

/** Saves a ticket with its events, and updates the attempt, the merge queue and the dependents. */
export async function write(
  tx: Tx,
  now: number,
  ticket: Ticket,
  events: TicketEvent[],
  by: string,
): Promise<Ticket> {
  if (events.length === 0) return ticket
  let after = ticket
  for (const event of events) {
    const before = after
    after = evolve(before, event, now)
    await follow(tx, now, before, event)
  }
  await tx.save(after, events, by, now)
  if (!events.some(concernsOthers)) return after
  const ask = (id: TicketId, command: Command) => applyIn(tx, now, id, command, HANDS_ON)
  await handOn({ tx, now, ask }, after, events)
  return (await tx.ticket(ticket.id)) as Ticket
}
