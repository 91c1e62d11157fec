/** Number of agents. */
import { answers, createRoute, needs, resource, z } from '../route.ts'
import type { ApiServer } from '../server.ts'

const AgentCount = z.object({ count: z.number().int() })

export const setAgents = createRoute({
  method: 'put',
  path: '/api/agents',
  summary: 'Change how many agents work; busy ones finish their ticket first',
  request: { body: needs(z.strictObject({ count: z.number().int().min(0).max(64) })) },
  responses: answers(AgentCount, 'How many agents work from now on'),
})

/** Makes the routes of agents. */
export function agents(server: ApiServer) {
  const app = resource()

  app.openapi(setAgents, async (c) => {
    const { count } = c.req.valid('json')
    await server.scale(count)
    return c.json({ count }, 200)
  })

  return app
}
