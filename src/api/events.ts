/** The log: pages of it, and a stream that follows it. */
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Denied } from './errors.ts'
import type { Feed } from './feed.ts'
import { eventJson } from './json.ts'
import { answers, createRoute, resource, z } from './route.ts'
import { EventSchema, Id, Limit, Offset } from './schemas.ts'
import type { ApiServer } from './server.ts'

export const listEvents = createRoute({
  method: 'get',
  path: '/api/events',
  summary: 'What happened, oldest first',
  request: {
    query: z.strictObject({
      after: Offset.optional().describe('Only what came after this number'),
      ticket: Id.optional(),
      order: z.enum(['oldest', 'newest']).default('oldest').describe('`newest` gives the end of the log'),
      limit: Limit.default(100),
    }),
  },
  responses: answers(
    z.object({
      events: z.array(EventSchema),
      last: z.number().int().describe('The newest number of the log'),
    }),
    'A page of the log',
  ),
})

const streamEvents = createRoute({
  method: 'get',
  path: '/api/events/stream',
  summary: 'The log as it grows: server-sent events whose id is `seq` and whose data is an Event',
  request: {
    query: z.strictObject({ after: Offset.optional().describe('Unless Last-Event-ID says where to go on') }),
    headers: z.object({ 'last-event-id': Offset.optional() }),
  },
  responses: {
    200: {
      description: 'A stream that ends only with the server or the client',
      content: { 'text/event-stream': { schema: z.string() } },
    },
    501: { description: 'Not over a network: there is nothing to stream on' },
  },
})

export function events(server: ApiServer, feed: Feed) {
  const app = resource()
  const { store } = server.desk

  app.openapi(listEvents, async (c) => {
    const { order, limit, ...filter } = c.req.valid('query')
    if (order === 'newest' && (filter.after !== undefined || filter.ticket !== undefined))
      throw new Denied('invalid', "'order' newest goes with neither 'after' nor 'ticket'.")
    const page = await (order === 'newest' ? store.recentEvents(limit) : store.events({ ...filter, limit }))
    return c.json({ events: page.map(eventJson), last: await store.lastSeq() }, 200)
  })

  app.openapi(streamEvents, async (c) => {
    const response = c.env?.outgoing
    if (!response)
      throw new Denied('not_implemented', 'Only a running server streams; ask /api/events for what is new.')
    const after = c.req.valid('header')['last-event-id'] ?? c.req.valid('query').after
    const head = await store.lastSeq()
    feed.join(response, { after: after ?? head, head })
    return RESPONSE_ALREADY_SENT.clone()
  })

  return app
}
