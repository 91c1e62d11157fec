/** Commands that write something new: tickets, questions, comments. */
import { apply } from '../../life/apply.ts'
import { ask as askPerson } from '../../life/tickets/ask.ts'
import { file } from '../../life/tickets/file.ts'
import { isRefusal } from '../../ticket/commands.ts'
import { ofComment, ofDescription } from '../../ticket/size.ts'
import { assignee, HUMAN, type Ticket, type TicketType } from '../../ticket/ticket.ts'
import { Misuse } from '../misuse.ts'
import type { Call, Context, Outcome } from './context.ts'
import { told } from './reading.ts'

interface New {
  title: string
  description?: string
  parent?: number
  assign?: string
  type?: TicketType
  priority?: number
  'blocked-by'?: number[]
  blocks?: number[]
  'block-dependents-of'?: number
  'created-by'?: string
}

/** Runs `create`. */
export async function create({ given, context, by, records }: Call<New>): Promise<Outcome> {
  const opened = await records()
  const ticket = await file(
    opened,
    {
      title: given.title,
      description: await typed(given.description, context),
      parent: given.parent,
      assignedTo: given.assign,
      type: given.type,
      priority: given.priority,
      blockedBy: unique(given['blocked-by']),
      blocks: unique(given.blocks),
      blockDependentsOf: given['block-dependents-of'],
      createdBy: given['created-by'] || undefined,
    },
    by,
  )
  if (isRefusal(ticket)) return ticket
  return { ...told(opened.store, ticket, String(ticket.id)), note: note(given, ticket) }
}

/** Note of results that differ from an agent's request, and of texts that agents will not get whole. */
function note({ priority, assign }: New, ticket: Ticket): string | null {
  const long = ofDescription(ticket.description)
  const told: string[] = long === null ? [] : [long]
  if (priority !== undefined && ticket.priority < priority)
    told.push(`Its priority is ${ticket.priority}, no higher than that of your own ticket.`)
  if (assignee(ticket) === HUMAN && assign !== HUMAN)
    told.push(`A ${ticket.type} waits for a person's decision.`)
  return told.join(' ') || null
}

const unique = (ids: number[] = []) => [...new Set(ids)]

interface Asking {
  title: string
  about?: number
  description?: string
}

/** Runs `ask`. An agent's question is about the ticket it works on. */
export async function ask({ given, context, by, records }: Call<Asking>): Promise<Outcome> {
  const about = given.about ?? (by.kind === 'agent' ? by.ticket : undefined)
  if (about === undefined) throw new Misuse('Name the ticket that waits for the answer: --about ID.')
  const description = await typed(given.description, context)
  const opened = await records()
  const question = await askPerson(opened, { title: given.title, description, about }, by)
  if (isRefusal(question)) return question
  return { ...told(opened.store, question, String(question.id)), note: ofDescription(question.description) }
}

interface Comment {
  id: number
  body: string
  author?: string
}

/** Runs `comment`. */
export async function comment({ given, context, by, records }: Call<Comment>): Promise<Outcome> {
  const body = (await typed(given.body, context)) ?? ''
  const opened = await records()
  const author = given.author || by.name
  const ticket = await apply(opened, given.id, { type: 'comment', author, body }, by)
  if (isRefusal(ticket)) return ticket
  return { ...told(opened.store, ticket, `Comment added to ticket ${given.id}.`), note: ofComment(body) }
}

/** Reads a text argument, or standard input for `-`. */
export async function typed(text: string | undefined, context: Context): Promise<string | undefined> {
  return text === '-' ? (await context.readStdin()).replace(/\r?\n$/, '') : text
}
