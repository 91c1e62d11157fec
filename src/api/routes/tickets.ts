/** Tickets: list, file, show, change. */

import { apply } from '../../life/apply.ts'
import { file } from '../../life/tickets/file.ts'
import type { Reads } from '../../ports/store.ts'
import { ticketJson } from '../../ticket/json.ts'
import { ofDescription } from '../../ticket/size.ts'
import { STATUSES, type Ticket, TYPES } from '../../ticket/ticket.ts'
import { Denied, found, granted } from '../errors.ts'
import { attemptJson, commentJson, eventJson, landingJson } from '../json.ts'
import { PERSON } from '../person.ts'
import { answers, createRoute, creates, needs, resource, z } from '../route.ts'
import {
  AttemptSchema,
  CommentSchema,
  EventSchema,
  Id,
  IdParams,
  LandingSchema,
  Limit,
  Note,
  Offset,
  TicketSchema,
} from '../schemas.ts'
import type { ApiServer } from '../server.ts'

const Statuses = z
  .string()
  .transform((list) => list.split(','))
  .pipe(z.array(z.enum(STATUSES)))
  .openapi({ type: 'string', example: 'open,ready' })

export const TicketDetailSchema = TicketSchema.extend({
  blocks: z.array(z.number().int()).describe('Tickets that wait for this one'),
  comments: z.array(CommentSchema),
  children: z.array(TicketSchema.pick({ id: true, title: true, status: true, type: true })),
  attempt_records: z.array(AttemptSchema).describe('Newest first'),
  landing: LandingSchema.nullable().describe('Of the newest attempt'),
  events: z.array(EventSchema).describe('Oldest first'),
}).openapi('TicketDetail')

/** Ticket that was just written, with a note. */
const WrittenTicketSchema = TicketSchema.extend({ note: Note }).openapi('WrittenTicket')

export const listTickets = createRoute({
  method: 'get',
  path: '/api/tickets',
  summary: 'Tickets by id, done ones too unless the status says otherwise',
  request: {
    query: z.strictObject({
      status: Statuses.optional(),
      assigned_to: z.string().optional(),
      parent: Id.optional(),
      after: Offset.optional().describe('Only greater ids'),
      limit: Limit.default(100),
    }),
  },
  responses: answers(
    z.object({
      tickets: z.array(TicketSchema),
      next: z.number().int().nullable().describe('Goes into `after` for the next page; null at the end'),
    }),
    'A page of tickets',
  ),
})

export const createTicket = createRoute({
  method: 'post',
  path: '/api/tickets',
  summary: 'File a ticket',
  request: {
    body: needs(
      z.strictObject({
        title: z.string(),
        description: z.string().nullable().optional(),
        type: z.enum(TYPES).optional(),
        priority: z.number().int().min(-1000).max(1000).optional(),
        parent_id: z.number().int().min(1).nullable().optional(),
        assigned_to: z.string().nullable().optional(),
        blocked_by: z.array(z.number().int().min(1)).max(200).optional(),
        blocks: z.array(z.number().int().min(1)).max(200).optional(),
        block_dependents_of: z.number().int().min(1).optional(),
      }),
    ),
  },
  responses: creates(WrittenTicketSchema, 'The new ticket'),
})

export const getTicket = createRoute({
  method: 'get',
  path: '/api/tickets/{id}',
  summary: 'A ticket with everything around it',
  request: { params: IdParams },
  responses: answers(TicketDetailSchema, 'The ticket'),
})

export const updateTicket = createRoute({
  method: 'patch',
  path: '/api/tickets/{id}',
  summary: 'Change fields of a ticket',
  request: {
    params: IdParams,
    body: needs(
      z
        .strictObject({
          title: z.string(),
          description: z.string().nullable(),
          type: z.enum(TYPES),
          priority: z.number().int().min(-1000).max(1000),
          assigned_to: z.string().nullable(),
          status: z.enum(STATUSES),
        })
        .partial(),
    ),
  },
  responses: answers(WrittenTicketSchema, 'The ticket as it is now'),
})

/** Makes the routes of tickets. */
export function tickets(server: ApiServer) {
  const app = resource()
  const { records } = server

  app.openapi(listTickets, async (c) => {
    const { status, assigned_to: assignedTo, parent, after, limit } = c.req.valid('query')
    const page = await records.store.tickets({ status, assignedTo, parent, after, limit })
    const next = page.length === limit ? page.at(-1)!.id : null
    return c.json({ tickets: page.map(ticketJson), next }, 200)
  })

  app.openapi(createTicket, async (c) => {
    const wanted = c.req.valid('json')
    const ticket = {
      title: wanted.title,
      description: wanted.description,
      type: wanted.type,
      priority: wanted.priority,
      parent: wanted.parent_id,
      assignedTo: wanted.assigned_to,
      blockedBy: wanted.blocked_by,
      blocks: wanted.blocks,
      blockDependentsOf: wanted.block_dependents_of,
    }
    return c.json(written(granted(await file(records, ticket, PERSON))), 201)
  })

  app.openapi(getTicket, async (c) => {
    const { id } = c.req.valid('param')
    const ticket = found(await records.store.ticket(id), `Ticket ${id} not found.`)
    return c.json(await ticketDetail(records.store, ticket), 200)
  })

  app.openapi(updateTicket, async (c) => {
    const { type, assigned_to: assignedTo, ...fields } = c.req.valid('json')
    const changes = { ...fields, ticketType: type, assignedTo }
    if (Object.values(changes).every((value) => value === undefined))
      throw new Denied('invalid', 'Name at least one field to change.')
    const { id } = c.req.valid('param')
    return c.json(written(granted(await apply(records, id, { type: 'update', ...changes }, PERSON))), 200)
  })

  return app
}

const MAX_EVENTS = 1000

async function ticketDetail(store: Reads, ticket: Ticket) {
  const { id } = ticket
  const landing = await store.landing(id, ticket.attempts)
  return {
    ...ticketJson(ticket),
    blocks: await store.dependents(id),
    comments: (await store.comments(id)).map(commentJson),
    children: (await store.tickets({ parent: id })).map(brief),
    attempt_records: (await store.attempts({ ticket: id })).map(attemptJson),
    landing: landing && landingJson(landing),
    events: (await store.events({ ticket: id, limit: MAX_EVENTS })).map(eventJson),
  }
}

const written = (ticket: Ticket) => ({ ...ticketJson(ticket), note: ofDescription(ticket.description) })

const brief = ({ id, title, type, stage }: Ticket) => ({ id, title, type, status: stage.status })
