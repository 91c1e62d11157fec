/** Endings of a ticket by a person: to close it, to open it again, to take it from its holder. */
import { apply } from '../../life/apply.ts'
import type { Command } from '../../ticket/commands.ts'
import { ticketJson } from '../../ticket/json.ts'
import { granted } from '../errors.ts'
import { PERSON } from '../person.ts'
import { accepts, answers, createRoute, resource, z } from '../route.ts'
import { IdParams, TicketSchema } from '../schemas.ts'
import type { ApiServer } from '../server.ts'

const now = answers(TicketSchema, 'The ticket as it is now')
const nothing = { params: IdParams, body: accepts(z.strictObject({})) }
const reason = { params: IdParams, body: accepts(z.strictObject({ reason: z.string().optional() })) }

export const completeTicket = createRoute({
  method: 'post',
  path: '/api/tickets/{id}/completion',
  summary: 'Mark a ticket done by hand',
  request: nothing,
  responses: now,
})

export const releaseTicket = createRoute({
  method: 'post',
  path: '/api/tickets/{id}/release',
  summary: 'Take a ticket from whoever holds it; work that was submitted leaves the merge queue',
  request: reason,
  responses: now,
})

export const reopenTicket = createRoute({
  method: 'post',
  path: '/api/tickets/{id}/reopening',
  summary: 'Reopen a done ticket',
  request: nothing,
  responses: now,
})

export const cancelTicket = createRoute({
  method: 'post',
  path: '/api/tickets/{id}/cancellation',
  summary: 'Close a ticket that is not wanted any more',
  request: reason,
  responses: now,
})

/** Makes the routes of endings. */
export function endings(server: ApiServer) {
  const app = resource()
  const ask = async ({ id }: { id: number }, command: Command) =>
    ticketJson(granted(await apply(server.records, id, command, PERSON)))

  app.openapi(completeTicket, async (c) =>
    c.json(await ask(c.req.valid('param'), { type: 'mark-done' }), 200),
  )

  app.openapi(releaseTicket, async (c) =>
    c.json(await ask(c.req.valid('param'), { type: 'release', ...c.req.valid('json') }), 200),
  )

  app.openapi(reopenTicket, async (c) => c.json(await ask(c.req.valid('param'), { type: 'reopen' }), 200))

  app.openapi(cancelTicket, async (c) =>
    c.json(await ask(c.req.valid('param'), { type: 'cancel', ...c.req.valid('json') }), 200),
  )

  return app
}
