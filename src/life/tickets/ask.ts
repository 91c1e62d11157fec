/**
 * Question of an agent, or of a person on its behalf, to a person: the ticket is given back and waits for the answer.
 */
import type { Records } from '../../ports/world.ts'
import type { Actor, Refusal } from '../../ticket/commands.ts'
import { HUMAN, type Ticket, type TicketId } from '../../ticket/ticket.ts'
import { file } from './file.ts'

/** Question to file. */
export interface Question {
  title: string
  description?: string | null
  /** Ticket that cannot continue without the answer. */
  about: TicketId
}

/** Files the question and gives it; refuses when the rules forbid it. */
export const ask = (
  records: Records,
  { title, description, about }: Question,
  by: Actor,
): Promise<Ticket | Refusal> =>
  file(
    records,
    {
      title,
      description: description ?? null,
      type: 'question',
      assignedTo: HUMAN,
      parent: about,
      createdBy: by.name,
      blocks: [about],
    },
    by,
  )
