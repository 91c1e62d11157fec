/** Log: pages of it, and a stream that follows it. */
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { RESTORED } from '../../ports/store.ts'
import { EVENT_TYPES } from '../../ticket/events.ts'
import { Denied } from '../errors.ts'
import type { Feed } from '../feed.ts'
import { eventJson } from '../json.ts'
import { answers, createRoute, resource, z } from '../route.ts'
import { EventSchema, Id, Limit, Offset } from '../schemas.ts'
import type { ApiServer } from '../server.ts'

const Types = z
  .string()
  .transform((list) => list.split(','))
  .pipe(z.array(z.enum(EVENT_TYPES)))
  .openapi({ type: 'string', example: 'bounced,lost' })

export const listEvents = createRoute({
  method: 'get',
  path: '/api/events',
  summary: 'What happened, page by page: from the beginning on, or from the end backwards',
  request: {
    query: z.strictObject({
      after: Offset.optional().describe('Only what came after this number'),
      before: Offset.optional().describe('With `newest`: only what came before this number'),
      ticket: Id.optional(),
      by: z.string().max(100).optional().describe('With `newest`: only what this one caused'),
      type: Types.optional().describe('With `newest`: only events of these types'),
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

/** Makes the routes of the log; streams come from `feed`. */
export function events(server: ApiServer, feed: Feed) {
  const app = resource()
  const { store } = server.records

  app.openapi(listEvents, async (c) => {
    const { order, limit, after, before, ticket, by, type } = c.req.valid('query')
    const isBackwards = order === 'newest'
    if (isBackwards && after !== undefined)
      throw new Denied('invalid', "'order' newest goes without 'after'.")
    if (!isBackwards && (before !== undefined || by !== undefined || type !== undefined))
      throw new Denied('invalid', "'before', 'by' and 'type' go with 'order' newest only.")
    const page = isBackwards
      ? await store.recentEvents({ before, ticket, by, types: type, limit })
      : await store.events({ after, ticket, limit })
    return c.json({ events: page.map(eventJson), last: await store.lastSeq() }, 200)
  })

  app.openapi(streamEvents, async (c) => {
    const response = c.env?.outgoing
    if (!response)
      throw new Denied('not_implemented', 'Only a running server streams; ask /api/events for what is new.')
    const after = c.req.valid('header')['last-event-id'] ?? c.req.valid('query').after
    const head = await store.lastSeq()
    const log = (await store.setting(RESTORED)) ?? ''
    feed.join(response, { after: after ?? head, head, log })
    return RESPONSE_ALREADY_SENT.clone()
  })

  return app
}
