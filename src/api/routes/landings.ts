/** The merge queue: what waits to land, and what left it. */
import { LANDING_STATUSES } from '../../ports/attempts.ts'
import { landingJson } from '../json.ts'
import { answers, createRoute, resource, z } from '../route.ts'
import { LandingSchema, Limit } from '../schemas.ts'
import type { ApiServer } from '../server.ts'

export const listLandings = createRoute({
  method: 'get',
  path: '/api/landings',
  summary: 'Landings: queued ones in the order of the merge queue, others newest first',
  request: {
    query: z.strictObject({
      status: z.enum(LANDING_STATUSES).default('queued'),
      limit: Limit.default(100),
    }),
  },
  responses: answers(z.object({ landings: z.array(LandingSchema) }), 'Landings'),
})

/** Makes the route of landings. */
export function landings({ records }: ApiServer) {
  const app = resource()

  app.openapi(listLandings, async (c) =>
    c.json({ landings: (await records.store.landings(c.req.valid('query'))).map(landingJson) }, 200),
  )

  return app
}
