/** When what attempts left at a ticket is needed by nobody any more, and how people are told that it has gone. */
import { isProposing } from './proposing.ts'
import type { Ticket } from './ticket.ts'

/**
 * Whether the ticket is done and nothing has happened to it since `before`, in milliseconds since the epoch. That of
 * proposing is done between any two attempts, and none of them goes on with what another one left.
 */
export const isLongOver = (ticket: Ticket, before: number): boolean =>
  ticket.stage.status === 'done' && (isProposing(ticket) || ticket.updatedAt <= before)

const DAY = 86_400_000

/**
 * Why `what` of an attempt, such as "The transcript", is not there: in one sentence, with the setting that says for how
 * long such is kept. Null when nothing of it was removed.
 */
export function whyRemoved(what: string, { ticket, number, endedAt, removedAt }: Ended): string | null {
  if (removedAt === null) return null
  const days = Math.floor((removedAt - (endedAt ?? removedAt)) / DAY)
  const after = days < 1 ? 'less than a day' : days === 1 ? 'a day' : `${days} days`
  return `${what} of attempt ${number} of ticket ${ticket} was removed ${after} after the attempt ended: keep_finished_work says for how long such is kept.`
}

interface Ended {
  ticket: number
  number: number
  /** Both in milliseconds since the epoch; null: not yet. */
  endedAt: number | null
  removedAt: number | null
}
