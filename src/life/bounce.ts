/** Sends work back: the ticket reopens with the evidence, backs off if its class says so, or goes to a person. */
import type { Desk } from '../ports/world.ts'
import type { Actor } from '../ticket/commands.ts'
import type { BounceReason } from '../ticket/events.ts'
import { backoff, ENOUGH, FAILURES } from '../ticket/failures.ts'
import type { Ticket } from '../ticket/ticket.ts'
import { applyIn, must, together } from './apply.ts'

export interface Bounce {
  ticket: number
  attempt: number
  reason: BounceReason
  /** The evidence; its end is kept. */
  detail: string
  /** The swarm has tried often enough: a person must look, whatever the class says. */
  enough?: boolean
}

/** Characters of evidence that an event keeps; the whole is in the receipt and the transcript. */
const DETAIL = 4000

export async function bounce(desk: Desk, { ticket: id, attempt, reason, detail, enough }: Bounce, by: Actor) {
  const { charged, front, person } = FAILURES[reason]
  return together(desk, async (tx, now) => {
    const before = await tx.ticket(id)
    const wait = backoff(reason, before?.charged ?? 0)
    const command = {
      type: 'bounce',
      attempt,
      reason,
      detail: detail.slice(-DETAIL),
      charged,
      notBefore: wait > 0 ? now + wait : null,
      front,
    } as const
    const ticket = must(await applyIn(tx, now, id, command, by))
    const why = asks(ticket, reason, person || (enough ?? false))
    return why === null ? ticket : must(await applyIn(tx, now, id, { type: 'escalate', reason: why }, by))
  })
}

function asks(ticket: Ticket, reason: BounceReason, person: boolean): string | null {
  if (ticket.charged >= ENOUGH)
    return `${ticket.charged} attempts failed, the last one by: ${reason}. Look at their evidence, then give it back with 'ticket unclaim ${ticket.id}'.`
  if (!person) return null
  return `${reason}: agents cannot mend this. When it is mended, give the ticket back with 'ticket unclaim ${ticket.id}'.`
}
