/** Inbox: everything that waits for a person. */
import type { Reads } from '../../ports/store.ts'
import { ticketJson } from '../../ticket/json.ts'
import { askOf, NOTICE_KINDS, type NoticeKind, wasEscalated } from '../../ticket/notice.ts'
import { type Ticket, UNDONE } from '../../ticket/ticket.ts'
import { atOneMoment } from '../moment.ts'
import { answers, createRoute, resource, z } from '../route.ts'
import { KeptTicketSchema, TicketSchema } from '../schemas.ts'
import type { ApiServer } from '../server.ts'

const WaitingSchema = TicketSchema.extend({
  asks: z.enum(NOTICE_KINDS).describe('What it asks of a person'),
  open_blockers: z.number().int().describe('It waits for this many other tickets first'),
}).openapi('Waiting')

export const getInbox = createRoute({
  method: 'get',
  path: '/api/inbox',
  summary: 'Everything that waits for a person',
  responses: answers(z.object({ tickets: z.array(WaitingSchema) }), 'By id'),
})

const ids = z.array(z.number().int())

const KeptInboxSchema = z
  .object({
    seq: z.number().int().describe('The tickets are as they were after this event of the log'),
    tickets: z.array(KeptTicketSchema).describe('By id'),
    escalated: ids.describe('Those that agents could not do'),
    open_blockers: ids.describe('Tickets that any of them waits for'),
  })
  .openapi('KeptInbox')

export const getKeptInbox = createRoute({
  method: 'get',
  path: '/api/inbox/tickets',
  summary: 'The inbox at one point of the log, as the core knows it: a page folds the log on',
  responses: answers(KeptInboxSchema, 'Everything that waits for a person'),
})

/** Makes the routes of the inbox. */
export function inbox({ records }: ApiServer) {
  const app = resource()

  app.openapi(getInbox, async (c) => {
    const tickets = []
    const waiting = await records.store.inbox()
    const open = new Set(await openBlockers(records.store, waiting))
    for (const ticket of waiting) {
      const open_blockers = ticket.blockedBy.filter((id) => open.has(id)).length
      tickets.push({ ...ticketJson(ticket), asks: await asksNow(records.store, ticket), open_blockers })
    }
    return c.json({ tickets }, 200)
  })

  app.openapi(getKeptInbox, async (c) => c.json(await atOneMoment(records.store, kept), 200))

  return app
}

async function kept(store: Reads) {
  const tickets = await store.inbox()
  const escalated: number[] = []
  for (const ticket of tickets) if ((await asksNow(store, ticket)) === 'escalated') escalated.push(ticket.id)
  return { tickets, escalated, open_blockers: await openBlockers(store, tickets) }
}

/** Ids of the tickets' blockers that are not done. */
async function openBlockers(store: Reads, tickets: Ticket[]): Promise<number[]> {
  const ids = [...new Set(tickets.flatMap(({ blockedBy }) => blockedBy))]
  return (await store.rows({ ids, status: UNDONE })).map(({ id }) => id)
}

/** Maximum events of a ticket to search; more exist only when something loops. */
const MOST = 5000

/** Kind of request to a person. A task is a person's because somebody said so, or because agents could not do it. */
async function asksNow(store: Reads, ticket: Ticket): Promise<NoticeKind> {
  const kind = askOf(ticket)
  if (kind !== 'assigned' || ticket.attempts === 0) return kind
  return wasEscalated(await store.events({ ticket: ticket.id, limit: MOST })) ? 'escalated' : kind
}
