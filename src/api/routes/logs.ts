/** Logs of the server, the gate and each agent. */
import { whyRemoved } from '../../ticket/over.ts'
import { found } from '../errors.ts'
import { answers, createRoute, resource, z } from '../route.ts'
import { Offset, PieceSchema } from '../schemas.ts'
import type { ApiServer } from '../server.ts'

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

const PIECE = 65_536

/** Makes the route of logs. */
export function logs(server: ApiServer) {
  const app = resource()

  app.openapi(getLog, async (c) => {
    const { name } = c.req.valid('param')
    const piece = await server.readLog(name, c.req.valid('query').offset, PIECE)
    return c.json(found(piece, piece === null ? await whyNone(server, name) : ''), 200)
  })

  return app
}

/** Explains a missing log. An agent's is the transcript of its newest attempt, which may have been removed. */
async function whyNone({ records }: ApiServer, name: string): Promise<string> {
  const attempts = await records.store.attempts({ limit: RECENT })
  const newest = attempts.find(({ holder, transcript }) => holder === name && transcript !== null)
  return (newest && whyRemoved('The transcript', newest)) ?? `There is no log of '${name}' yet.`
}

const RECENT = 500
