/** Events and refusals that several rules share. */
import { type Refusal, refuse } from './commands.ts'
import type { TicketEvent, Unclaimed } from './events.ts'
import { liveAttempt, type Resolution, type Ticket } from './ticket.ts'

/** Decision on a command: its events, or a refusal. */
export type Decision = TicketEvent[] | Refusal

/** Refusal for a done ticket. */
export const isDone = (ticket: Ticket) =>
  refuse('conflict', `Ticket ${ticket.id} is done. Reopen it first: ticket reopen ${ticket.id}.`)

/** Refusal for a command of the swarm in the wrong status. */
export const wrong = (ticket: Ticket, verb: string) =>
  refuse('conflict', `Ticket ${ticket.id} is ${ticket.stage.status}, so the swarm cannot ${verb} it now.`)

/** Makes the event of an end without a commit. */
export const done = (resolution: Resolution, reason: string | null): TicketEvent => ({
  type: 'done',
  resolution,
  commit: null,
  reason,
})

/** Makes the event of a claim. */
export const claimed = (ticket: Ticket, holder: string, leased: boolean) =>
  ({ type: 'claimed', attempt: ticket.attempts + 1, holder, leased }) as const

/** Makes the event of a release. */
export function unclaimed(ticket: Ticket, reason: string | null): Unclaimed {
  const { stage } = ticket
  const holder = 'holder' in stage ? stage.holder : stage.assignedTo
  return { type: 'unclaimed', attempt: liveAttempt(ticket), holder, reason }
}
