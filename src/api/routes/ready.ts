/** Ready list: the tickets that the swarm will claim. */
import { ticketJson } from '../../ticket/json.ts'
import { answers, createRoute, resource, z } from '../route.ts'
import { Limit, TicketSchema } from '../schemas.ts'
import type { ApiServer } from '../server.ts'

export const getReady = createRoute({
  method: 'get',
  path: '/api/ready',
  summary: 'What may be claimed now, in the order in which it will be',
  request: { query: z.strictObject({ limit: Limit.default(100) }) },
  responses: answers(z.object({ tickets: z.array(TicketSchema) }), 'The head of the ready list'),
})

/** Makes the route of the ready list. */
export function ready(server: ApiServer) {
  const app = resource()
  const { store, clock } = server.records

  app.openapi(getReady, async (c) => {
    const list = await store.readyList(clock.now(), c.req.valid('query').limit)
    return c.json({ tickets: list.map(ticketJson) }, 200)
  })

  return app
}
