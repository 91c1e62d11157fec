/** History of `main`, with the proof for each commit. */
import type { CommitInfo } from '../../ports/repo.ts'
import { Denied } from '../errors.ts'
import { receiptJson } from '../json.ts'
import { answers, createRoute, resource, z } from '../route.ts'
import { Limit, ReceiptSchema } from '../schemas.ts'
import type { ApiServer } from '../server.ts'
import { verdictOf } from '../verdicts.ts'

const CommitSchema = z
  .object({
    commit: z.string(),
    tree: z.string(),
    subject: z.string(),
    author: z.string(),
    at: z.number().int(),
    ticket_id: z.number().int().nullable(),
    attempt: z.number().int().nullable(),
    receipt: ReceiptSchema.nullable().describe('Null: this tree was never verified here'),
  })
  .openapi('Commit')

export const getHistory = createRoute({
  method: 'get',
  path: '/api/history',
  summary: "The first-parent commits of main, newest first, each with its ticket and the gate's receipt",
  request: {
    query: z.strictObject({
      before: z
        .string()
        .regex(/^[0-9a-f]{40,64}$/, 'expected the full id of a commit')
        .optional()
        .describe('The last commit of the page before'),
      limit: Limit.default(50),
    }),
  },
  responses: answers(z.object({ commits: z.array(CommitSchema) }), 'Commits'),
})

/** Makes the route of the history. */
export function history(server: ApiServer) {
  const app = resource()
  const { store } = server.records

  app.openapi(getHistory, async (c) => {
    const { before, limit } = c.req.valid('query')
    const repo = server.world?.repo
    if (before !== undefined && repo && !(await repo.landed(before)))
      throw new Denied('not_found', `${before} is no commit of main.`)
    const commits = (await repo?.history({ before, limit })) ?? []
    const told = []
    for (const commit of commits) {
      const receipt = await verdictOf(store, commit.tree)
      told.push({ ...commitJson(commit), receipt: receipt && receiptJson(receipt) })
    }
    return c.json({ commits: told }, 200)
  })

  return app
}

const commitJson = ({ commit, tree, subject, author, at, trailers }: CommitInfo) => ({
  commit,
  tree,
  subject,
  author,
  at: at * 1000,
  ticket_id: numberIn(trailers.ticket),
  attempt: numberIn(trailers.attempt),
})

/** Number in a trailer, which may be anything that somebody wrote; null for other text. */
const numberIn = (trailer: string | undefined) => (/^\d{1,15}$/.test(trailer ?? '') ? Number(trailer) : null)
