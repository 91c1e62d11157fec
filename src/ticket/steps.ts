/** The events and refusals that several rules share. */
import { type Refusal, refuse } from './commands.ts'
import type { TicketEvent, Unclaimed } from './events.ts'
import { liveAttempt, type Resolution, type Ticket } from './ticket.ts'

export type Decision = TicketEvent[] | Refusal

export const isDone = (ticket: Ticket) =>
  refuse('conflict', `Ticket ${ticket.id} is done. Reopen it first: ticket reopen ${ticket.id}.`)

export const wrong = (ticket: Ticket, verb: string) =>
  refuse('conflict', `Ticket ${ticket.id} is ${ticket.stage.status}; the swarm cannot ${verb} it now.`)

export const done = (resolution: Resolution, reason: string | null): TicketEvent => ({
  type: 'done',
  resolution,
  commit: null,
  reason,
})

export const claimed = (ticket: Ticket, holder: string, leased: boolean) =>
  ({ type: 'claimed', attempt: ticket.attempts + 1, holder, leased }) as const

export function unclaimed(ticket: Ticket, reason: string | null): Unclaimed {
  const { stage } = ticket
  const holder = 'holder' in stage ? stage.holder : stage.assignedTo
  return { type: 'unclaimed', attempt: liveAttempt(ticket), holder, reason }
}
