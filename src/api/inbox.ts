/** The inbox: everything that waits for a person. */
import { ticketJson } from '../ticket/json.ts'
import { answers, createRoute, resource, z } from './route.ts'
import { TicketSchema } from './schemas.ts'
import type { ApiServer } from './server.ts'

export const getInbox = createRoute({
  method: 'get',
  path: '/api/inbox',
  summary: 'Everything that waits for a person',
  responses: answers(z.object({ tickets: z.array(TicketSchema) }), 'By id'),
})

export function inbox({ desk }: ApiServer) {
  const app = resource()

  app.openapi(getInbox, async (c) => c.json({ tickets: (await desk.store.inbox()).map(ticketJson) }, 200))

  return app
}
