/** Pause of the agents by a person, and its end. */
import { liftAll, pauseByHand, pausesOf } from '../../life/limits/pauses.ts'
import { CAUSES } from '../../ticket/pauses.ts'
import { accepts, answers, createRoute, resource, z } from '../route.ts'
import type { ApiServer } from '../server.ts'

const PausesSchema = z.object({
  pauses: z.array(z.object({ cause: z.enum(CAUSES), reason: z.string() })),
})

export const putPause = createRoute({
  method: 'put',
  path: '/api/pause',
  summary: 'Let nobody claim anything until a person says so; who is at work finishes',
  request: { body: accepts(z.strictObject({ reason: z.string().trim().min(1).max(1000).optional() })) },
  responses: answers(PausesSchema, 'Every pause there is now'),
})

export const deletePause = createRoute({
  method: 'delete',
  path: '/api/pause',
  summary: 'End all pauses, so that agents claim tickets again; what is still wrong makes them pause again',
  responses: answers(PausesSchema, 'The pauses that ended'),
})

/** Makes the routes of pauses. */
export function pause({ records }: ApiServer) {
  const app = resource()

  app.openapi(putPause, async (c) => {
    const { reason = 'A person has paused the agents.' } = c.req.valid('json')
    await pauseByHand(records, reason)
    return c.json(told(await pausesOf(records.store, records.clock.now())), 200)
  })

  app.openapi(deletePause, async (c) => c.json(told(await liftAll(records)), 200))

  return app
}

const told = (pauses: Awaited<ReturnType<typeof pausesOf>>) => ({
  pauses: pauses.map(({ cause, reason }) => ({ cause, reason })),
})
