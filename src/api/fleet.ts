/** The server itself: how many agents work, its logs, its end. */
import { Denied, found } from './errors.ts'
import { answers, createRoute, needs, resource, z } from './route.ts'
import { Offset, PieceSchema } from './schemas.ts'
import type { ApiServer } from './server.ts'

const AgentCount = z.object({ count: z.number().int() })

export const setAgents = createRoute({
  method: 'put',
  path: '/api/agents',
  summary: 'Change how many agents work; busy ones finish their ticket first',
  request: { body: needs(z.strictObject({ count: z.number().int().min(0).max(64) })) },
  responses: answers(AgentCount, 'How many agents work from now on'),
})

export const getLog = createRoute({
  method: 'get',
  path: '/api/logs/{name}',
  summary: 'A piece of a log: `server`, `gate` or `agent-N`',
  request: {
    params: z.object({
      name: z.string().regex(/^(server|gate|agent-\d{1,3})$/, "expected 'server', 'gate' or 'agent-N'"),
    }),
    query: z.strictObject({ offset: Offset.default(0).describe('In bytes') }),
  },
  responses: answers(PieceSchema, 'At most 64 KiB of the log'),
})

export const stopServer = createRoute({
  method: 'post',
  path: '/api/stop',
  summary: 'Stop the server: tickets are handed back with their work kept',
  request: {},
  responses: answers(z.object({ stopping: z.literal(true) }), 'It has begun to stop'),
})

const LOG_PIECE = 65_536

export function fleet(server: ApiServer) {
  const app = resource()

  app.openapi(setAgents, async (c) => {
    const { count } = c.req.valid('json')
    await server.scale(count)
    return c.json({ count }, 200)
  })

  app.openapi(getLog, async (c) => {
    const { name } = c.req.valid('param')
    const piece = await server.readLog(name, c.req.valid('query').offset, LOG_PIECE)
    return c.json(found(piece, `There is no log of '${name}' yet.`), 200)
  })

  app.openapi(stopServer, async (c) => {
    if (!server.stop) throw new Denied('conflict', 'No server runs here, so there is nothing to stop.')
    server.stop()
    return c.json({ stopping: true as const }, 200)
  })

  return app
}
