/** End of the need for an attempt's leftovers, and the words about their removal. */
import { isProposing } from './proposing.ts'
import type { Ticket } from './ticket.ts'

/**
 * True when the ticket is done and nothing has happened to it since `before`, in milliseconds since the epoch. The
 * ticket of proposing is done between any two attempts, and none of them continues another one's work.
 */
export const isLongOver = (ticket: Ticket, before: number): boolean =>
  ticket.stage.status === 'done' && (isProposing(ticket) || ticket.updatedAt <= before)

const DAY = 86_400_000

/**
 * Explains why `what` of an attempt, such as "The transcript", is missing: in one sentence, with the setting for how
 * long it stays. Null when nothing was removed.
 */
export function whyRemoved(what: string, { ticket, number, endedAt, removedAt }: Ended): string | null {
  if (removedAt === null) return null
  const days = Math.floor((removedAt - (endedAt ?? removedAt)) / DAY)
  const after = days < 1 ? 'less than a day' : days === 1 ? 'a day' : `${days} days`
  return `${what} of attempt ${number} of ticket ${ticket} was removed ${after} after the attempt ended (keep_finished_work).`
}

interface Ended {
  ticket: number
  number: number
  /** Times in milliseconds since the epoch; null: not yet. */
  endedAt: number | null
  removedAt: number | null
}
