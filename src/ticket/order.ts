/**
 * Who goes first.
 *
 * The ready list: higher priority, then work that was sent back (it is nearly done), then what has failed less often, so that one
 * that always fails holds nobody up, then the older id. The stores' claim statements restate this order; a contract test
 * compares both.
 *
 * The merge queue: higher priority, then the landing that waits longest.
 */
import { backsOff } from './delays.ts'
import type { Ticket } from './ticket.ts'

export function byClaimOrder(a: Ticket, b: Ticket): number {
  return (
    b.priority - a.priority || Number(isFront(b)) - Number(isFront(a)) || a.charged - b.charged || a.id - b.id
  )
}

/** Whether the ticket may be claimed at `now` (milliseconds since the epoch). */
export function isClaimable(ticket: Ticket, now: number, openBlockers: number): boolean {
  const { stage } = ticket
  return (
    stage.status === 'open' &&
    stage.assignedTo === null &&
    openBlockers === 0 &&
    !backsOff(stage.notBefore, now)
  )
}

export interface Waiting {
  id: number
  priority: number
}

export function byMergeQueueOrder(a: Waiting, b: Waiting): number {
  return b.priority - a.priority || a.id - b.id
}

const isFront = (ticket: Ticket) => ticket.stage.status === 'open' && ticket.stage.front
