/** Limits of filing for agents: they find work, people decide its urgency and amount. */
import { type CreateTicket, type Refusal, refuse } from './commands.ts'
import { HUMAN, type Ticket, type TicketType } from './ticket.ts'

/** Maximum tickets that one attempt may file. */
export const MOST_FILED = 20

/** Maximum depth of tickets, each filed by the agent of the one above. */
export const MOST_DEPTH = 4

/** Types that only people decide. */
const FOR_PEOPLE: readonly (TicketType | undefined)[] = ['proposal', 'question', 'verify']

/**
 * Adapts a ticket that an agent at work on `own` wants to file: no more urgent, and assigned to people where they
 * decide.
 */
export function asAgentsMay<T extends CreateTicket>(wanted: T, own: Ticket): T {
  const priority = Math.min(wanted.priority ?? 0, own.priority)
  return FOR_PEOPLE.includes(wanted.type)
    ? { ...wanted, priority, assignedTo: HUMAN }
    : { ...wanted, priority }
}

/** Use of an agent's liberty to file. */
export interface Filed {
  /** Number of tickets that the attempt has filed. */
  count: number
  /** Depth of its own ticket below one that a person filed or approved. */
  depth: number
}

/** Refuses a ticket beyond the limits; a question about its own ticket is always allowed. */
export function tooMuch(
  wanted: CreateTicket & { blocks?: number[] },
  own: Ticket,
  filed: Filed,
): Refusal | null {
  if (wanted.type === 'question' && wanted.blocks?.includes(own.id)) return null
  if (filed.count >= MOST_FILED)
    return refuse(
      'conflict',
      `This attempt has filed ${MOST_FILED} tickets, the maximum. Put the rest into a comment, or ask: ticket ask "…".`,
    )
  const isTask = (wanted.type ?? 'task') === 'task' && wanted.assignedTo !== HUMAN
  if (!isTask || filed.depth < MOST_DEPTH) return null
  return refuse(
    'conflict',
    `Ticket ${own.id} is nested ${filed.depth} levels below a person's ticket, the maximum for tasks of agents. Do it within your ticket, or propose it: --type proposal.`,
  )
}
