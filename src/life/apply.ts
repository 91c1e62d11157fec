/**
 * The one door: the only writer of ticket state. Load → decide → row and events in one transaction, together with
 * what follows from them for the attempt and its place in the lane.
 */
import type { Attempt, AttemptOutcome, Tx } from '../ports/store.ts'
import { NO_USAGE } from '../ports/store.ts'
import type { Desk } from '../ports/world.ts'
import { type Actor, type Command, isRefusal, type Refusal, refuse } from '../ticket/commands.ts'
import { decide } from '../ticket/decide.ts'
import type { TicketEvent } from '../ticket/events.ts'
import { evolve } from '../ticket/evolve.ts'
import { liveAttempt, type Ticket, type TicketId } from '../ticket/ticket.ts'

/** One command on one ticket. Gives the ticket as it is afterwards, or why not. */
export const apply = (desk: Desk, id: TicketId, command: Command, by: Actor): Promise<Ticket | Refusal> =>
  together(desk, (tx, now) => applyIn(tx, now, id, command, by))

/**
 * Several commands as one: all of them happen, or none when `must` meets a refusal, which is then the result.
 * `now` is one moment for all of them.
 */
export async function together<T>(
  desk: Desk,
  work: (tx: Tx, now: number) => Promise<T>,
): Promise<T | Refusal> {
  try {
    return await desk.store.transact((tx) => work(tx, desk.clock.now()))
  } catch (error) {
    if (error instanceof Refused) return error.refusal
    throw error
  }
}

/** Inside `together`: undoes everything when the value is a refusal. */
export function must<T>(value: T | Refusal): T {
  if (isRefusal(value)) throw new Refused(value)
  return value
}

class Refused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.sentence)
    this.refusal = refusal
  }
}

export async function applyIn(
  tx: Tx,
  now: number,
  id: TicketId,
  command: Command,
  by: Actor,
): Promise<Ticket | Refusal> {
  const ticket = await tx.ticket(id)
  if (!ticket) return notFound(id)
  const events = decide(ticket, command, by)
  if (isRefusal(events)) return events
  return write(tx, now, ticket, events, by.name)
}

export const notFound = (id: TicketId) => refuse('not_found', `Ticket ${id} not found.`)

/** Saves what the events make of the ticket, and lets the attempt and the lane follow. */
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
  await tx.save(after, events, by)
  return after
}

async function follow(tx: Tx, now: number, before: Ticket, event: TicketEvent): Promise<void> {
  if (event.type === 'claimed') return tx.putAttempt(begun(before.id, event, now))
  const number = liveAttempt(before)
  if (number === null) return
  if (event.type === 'declared') {
    const { resolution, reason } = event
    return change(tx, before.id, number, { declared: { resolution, reason } })
  }
  if (event.type === 'completed' && event.work !== null) {
    await change(tx, before.id, number, { work: event.work, leaseUntil: null })
    return enqueue(tx, now, before.id, number, event.work)
  }
  const end = ending(event)
  if (!end) return
  await change(tx, before.id, number, { endedAt: now, leaseUntil: null, ...end })
  await leaveLane(tx, now, before.id, number, end)
}

const begun = (ticket: TicketId, event: Extract<TicketEvent, { type: 'claimed' }>, now: number): Attempt => ({
  ticket,
  number: event.attempt,
  holder: event.holder,
  harness: null,
  startedAt: now,
  leaseUntil: null,
  endedAt: null,
  outcome: null,
  reason: null,
  base: null,
  work: null,
  session: null,
  transcript: null,
  declared: null,
  usage: NO_USAGE,
})

/** Changes facts of an attempt that are not the ticket's state. */
export async function change(
  tx: Tx,
  ticket: TicketId,
  number: number,
  facts: Partial<Attempt>,
): Promise<void> {
  const attempt = await tx.attempt(ticket, number)
  if (attempt) await tx.putAttempt({ ...attempt, ...facts })
}

async function enqueue(tx: Tx, now: number, ticket: TicketId, attempt: number, work: string): Promise<void> {
  const queued = { status: 'queued', queuedAt: now, endedAt: null, candidate: null, detail: null } as const
  await tx.putLanding({ ticket, attempt, work, ...queued })
}

function ending(event: TicketEvent): { outcome: AttemptOutcome; reason: string | null } | null {
  switch (event.type) {
    case 'bounced':
      return { outcome: 'bounced', reason: `${event.reason}: ${event.detail}` }
    case 'lost':
      return { outcome: 'lost', reason: event.detail }
    case 'unclaimed':
      return { outcome: 'released', reason: event.reason }
    case 'done':
      if (event.resolution === 'landed') return { outcome: 'landed', reason: event.commit }
      return { outcome: event.resolution === 'cancelled' ? 'refused' : 'finished', reason: event.reason }
    default:
      return null
  }
}

async function leaveLane(
  tx: Tx,
  now: number,
  ticket: TicketId,
  attempt: number,
  end: { outcome: AttemptOutcome; reason: string | null },
): Promise<void> {
  const landing = await tx.landing(ticket, attempt)
  if (landing?.status !== 'queued') return
  const status =
    end.outcome === 'landed' ? 'landed' : end.outcome === 'bounced' ? 'bounced' : ('withdrawn' as const)
  const detail = status === 'landed' ? null : end.reason
  await tx.putLanding({ ...landing, status, endedAt: now, detail })
}
