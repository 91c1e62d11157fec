/** Stop of the server. */
import { Denied } from '../errors.ts'
import { answers, createRoute, resource, z } from '../route.ts'
import type { ApiServer } from '../server.ts'

export const stopServer = createRoute({
  method: 'post',
  path: '/api/stop',
  summary: 'Stop the server: tickets are handed back with their work kept',
  request: {},
  responses: answers(z.object({ stopping: z.literal(true) }), 'It has begun to stop'),
})

/** Makes the route that stops the server. */
export function stop(server: ApiServer) {
  const app = resource()

  app.openapi(stopServer, async (c) => {
    if (!server.stop) throw new Denied('conflict', 'No server is running here, so there is nothing to stop.')
    server.stop()
    return c.json({ stopping: true as const }, 200)
  })

  return app
}
