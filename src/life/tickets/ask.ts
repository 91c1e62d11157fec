/** An agent, or a person on its behalf, asks a person: the ticket is handed back and waits for the answer. */
import type { Records } from '../../ports/world.ts'
import type { Actor, Refusal } from '../../ticket/commands.ts'
import { HUMAN, type Ticket, type TicketId } from '../../ticket/ticket.ts'
import { file } from './file.ts'

export interface Question {
  title: string
  description?: string | null
  /** The ticket that cannot go on without the answer. */
  about: TicketId
}

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
