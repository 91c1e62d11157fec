/** Tickets as the swarm and the person see them: what may be claimed, and what waits for a person. */
import { ticketJson } from '../ticket/json.ts'
import { answers, createRoute, resource, z } from './route.ts'
import { Limit, TicketSchema } from './schemas.ts'
import type { ApiServer } from './server.ts'

const list = z.object({ tickets: z.array(TicketSchema) })

export const getReady = createRoute({
  method: 'get',
  path: '/api/ready',
  summary: 'What may be claimed now, in the order in which it will be',
  request: { query: z.strictObject({ limit: Limit.default(100) }) },
  responses: answers(list, 'The head of the ready list'),
})

export const getInbox = createRoute({
  method: 'get',
  path: '/api/inbox',
  summary: 'Everything that waits for a person',
  responses: answers(list, 'By id'),
})

export function lists(server: ApiServer) {
  const app = resource()
  const { store, clock } = server.desk

  app.openapi(getReady, async (c) => {
    const ready = await store.readyList(clock.now(), c.req.valid('query').limit)
    return c.json({ tickets: ready.map(ticketJson) }, 200)
  })

  app.openapi(getInbox, async (c) => c.json({ tickets: (await store.inbox()).map(ticketJson) }, 200))

  return app
}
