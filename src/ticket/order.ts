/**
 * Order of tickets.
 *
 * The ready list: higher priority, then work that was sent back (it is nearly done), then fewer failures, so that a
 * ticket which always fails holds nobody up, then the older id. The stores' claim statements restate this order; a
 * contract test compares both.
 *
 * The merge queue: higher priority, then the landing that waits longest.
 */
import { backsOff } from './delays.ts'
import type { Ticket } from './ticket.ts'

/** Compares tickets of the ready list. */
export function byClaimOrder(a: Ticket, b: Ticket): number {
  return (
    b.priority - a.priority || Number(isFront(b)) - Number(isFront(a)) || a.charged - b.charged || a.id - b.id
  )
}

/** True when the ticket may be claimed at `now` (milliseconds since the epoch). */
export function isClaimable(ticket: Ticket, now: number, openBlockers: number): boolean {
  const { stage } = ticket
  return (
    stage.status === 'open' &&
    stage.assignedTo === null &&
    openBlockers === 0 &&
    !backsOff(stage.notBefore, now)
  )
}

/** Landing that waits in the merge queue. */
export interface Waiting {
  id: number
  priority: number
}

/** Compares landings of the merge queue. */
export function byMergeQueueOrder(a: Waiting, b: Waiting): number {
  return b.priority - a.priority || a.id - b.id
}

const isFront = (ticket: Ticket) => ticket.stage.status === 'open' && ticket.stage.front
