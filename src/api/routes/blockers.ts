/** Blockers of a ticket. */
import { apply } from '../../life/apply.ts'
import { block } from '../../life/tickets/block.ts'
import { ticketJson } from '../../ticket/json.ts'
import { granted } from '../errors.ts'
import { PERSON } from '../person.ts'
import { answers, createRoute, needs, resource, z } from '../route.ts'
import { Id, IdParams, TicketSchema } from '../schemas.ts'
import type { ApiServer } from '../server.ts'

export const addBlocker = createRoute({
  method: 'post',
  path: '/api/tickets/{id}/blockers',
  summary: 'Make a ticket wait for another; one that is claimed is handed back',
  request: { params: IdParams, body: needs(z.strictObject({ by: z.number().int().min(1) })) },
  responses: answers(TicketSchema, 'The ticket that waits'),
})

export const removeBlocker = createRoute({
  method: 'delete',
  path: '/api/tickets/{id}/blockers/{by}',
  summary: 'Let a ticket wait for another no longer',
  request: { params: z.object({ id: Id, by: Id }) },
  responses: answers(TicketSchema, 'The ticket that waited'),
})

/** Makes the routes of blockers. */
export function blockers(server: ApiServer) {
  const app = resource()
  const { records } = server

  app.openapi(addBlocker, async (c) => {
    const { by } = c.req.valid('json')
    return c.json(ticketJson(granted(await block(records, c.req.valid('param').id, by, PERSON))), 200)
  })

  app.openapi(removeBlocker, async (c) => {
    const { id, by } = c.req.valid('param')
    return c.json(ticketJson(granted(await apply(records, id, { type: 'unblock', by }, PERSON))), 200)
  })

  return app
}
