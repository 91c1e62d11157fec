/** Attempts and their transcripts. */
import { whyRemoved } from '../../ticket/over.ts'
import { found } from '../errors.ts'
import { attemptJson } from '../json.ts'
import { answers, createRoute, resource, z } from '../route.ts'
import { AttemptSchema, FromEither, Id, Limit, PieceSchema } from '../schemas.ts'
import type { ApiServer } from '../server.ts'

const params = z.object({ ticket: Id, number: Id })

export const listAttempts = createRoute({
  method: 'get',
  path: '/api/attempts',
  summary: 'Attempts, newest first',
  request: {
    query: z.strictObject({
      ticket: Id.optional(),
      live: z
        .enum(['true', 'false'])
        .transform((value) => value === 'true')
        .openapi({ type: 'boolean' })
        .optional()
        .describe('Only those that have not ended'),
      limit: Limit.default(100),
    }),
  },
  responses: answers(z.object({ attempts: z.array(AttemptSchema) }), 'Attempts'),
})

export const getAttempt = createRoute({
  method: 'get',
  path: '/api/attempts/{ticket}/{number}',
  summary: 'One attempt at a ticket',
  request: { params },
  responses: answers(AttemptSchema, 'The attempt'),
})

export const getTranscript = createRoute({
  method: 'get',
  path: '/api/attempts/{ticket}/{number}/transcript',
  summary: 'What the harness printed: one line of JSON per event',
  request: {
    params,
    query: z.strictObject({
      offset: FromEither.default(0).describe('In bytes; a negative one counts from the end'),
      limit: z.coerce.number().int().min(1).max(1_048_576).default(65_536).describe('In bytes'),
    }),
  },
  responses: answers(PieceSchema, 'A piece of the transcript'),
})

/** Makes the routes that list and show attempts and read their transcripts. An unknown attempt is `not_found`. */
export function attempts(server: Pick<ApiServer, 'records' | 'world'>) {
  const app = resource()
  const { store } = server.records

  app.openapi(listAttempts, async (c) => {
    const { ticket, live, limit } = c.req.valid('query')
    return c.json({ attempts: (await store.attempts({ ticket, live, limit })).map(attemptJson) }, 200)
  })

  const attemptOf = async ({ ticket, number }: { ticket: number; number: number }) =>
    found(await store.attempt(ticket, number), `Ticket ${ticket} has no attempt ${number}.`)

  app.openapi(getAttempt, async (c) => c.json(attemptJson(await attemptOf(c.req.valid('param'))), 200))

  app.openapi(getTranscript, async (c) => {
    const attempt = await attemptOf(c.req.valid('param'))
    const { transcript, ticket, number } = attempt
    const { offset, limit } = c.req.valid('query')
    const piece = transcript && (await server.world?.transcripts.read(transcript, offset, limit))
    const why =
      whyRemoved('The transcript', attempt) ?? `Attempt ${number} of ticket ${ticket} has no transcript here.`
    return c.json(found(piece || null, why), 200)
  })

  return app
}
