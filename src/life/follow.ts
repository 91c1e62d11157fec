/**
 * Consequences of a ticket's event for its attempt and the attempt's place in the merge queue: written with it, at
 * once.
 */
import { type Attempt, type Landing, newAttempt } from '../ports/attempts.ts'
import type { Tx } from '../ports/store.ts'
import type { TicketEvent } from '../ticket/events.ts'
import { reasonOf } from '../ticket/failures.ts'
import type { AttemptOutcome } from '../ticket/outcomes.ts'
import { liveAttempt, type Ticket, type TicketId } from '../ticket/ticket.ts'

/** Writes the consequences of one event. */
export async function follow(tx: Tx, now: number, before: Ticket, event: TicketEvent): Promise<void> {
  if (event.type === 'claimed') return tx.putAttempt(newAttempt(before.id, event, now))
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
  await leaveMergeQueue(tx, now, before.id, number, end)
}

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

interface Ending extends Partial<Pick<Attempt, 'failure'>> {
  outcome: AttemptOutcome
  reason: string | null
}

function ending(event: TicketEvent): Ending | null {
  switch (event.type) {
    case 'bounced': {
      const { reason: failure, detail } = event
      return { outcome: 'bounced', failure, reason: reasonOf(failure, detail) }
    }
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

async function leaveMergeQueue(
  tx: Tx,
  now: number,
  ticket: TicketId,
  attempt: number,
  end: Ending,
): Promise<void> {
  const landing = await tx.landing(ticket, attempt)
  if (landing?.status !== 'queued') return
  const status =
    end.outcome === 'landed' ? 'landed' : end.outcome === 'bounced' ? 'bounced' : ('withdrawn' as const)
  const detail = status === 'landed' ? null : end.reason
  await tx.putLanding({ ...landing, status, endedAt: now, detail })
}

/** True when exactly the verified work still waits: nobody has taken its ticket back meanwhile. */
export async function isWaiting(tx: Tx, { ticket: id, attempt, work }: Landing): Promise<boolean> {
  const ticket = await tx.ticket(id)
  if (ticket?.stage.status !== 'ready') return false
  return ticket.stage.attempt === attempt && ticket.stage.work === work
}
