/** The inbox: everything that waits for a person. */
import { ticketJson } from '../ticket/json.ts'
import { askOf, TELLING_KINDS } from '../ticket/telling.ts'
import { answers, createRoute, resource, z } from './route.ts'
import { TicketSchema } from './schemas.ts'
import type { ApiServer } from './server.ts'

const WaitingSchema = TicketSchema.extend({
  asks: z.enum(TELLING_KINDS).describe('What it asks of a person'),
  open_blockers: z.number().int().describe('It waits for this many other tickets first'),
}).openapi('Waiting')

export const getInbox = createRoute({
  method: 'get',
  path: '/api/inbox',
  summary: 'Everything that waits for a person',
  responses: answers(z.object({ tickets: z.array(WaitingSchema) }), 'By id'),
})

export function inbox({ desk }: ApiServer) {
  const app = resource()

  app.openapi(getInbox, async (c) => {
    const tickets = []
    for (const ticket of await desk.store.inbox()) {
      const open_blockers = await desk.store.openBlockers(ticket.id)
      tickets.push({ ...ticketJson(ticket), asks: askOf(ticket), open_blockers })
    }
    return c.json({ tickets }, 200)
  })

  return app
}
