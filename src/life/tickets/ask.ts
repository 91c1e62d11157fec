/** An agent, or a person on its behalf, asks a person: the ticket is handed back and waits for the answer. */
import type { Desk } from '../../ports/world.ts'
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
  desk: Desk,
  { title, description, about }: Question,
  by: Actor,
): Promise<Ticket | Refusal> =>
  file(
    desk,
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
