/** Diffs of attempts. */
import { shown } from '../../ports/path-bytes.ts'
import { whyRemoved } from '../../ticket/over.ts'
import { Denied, found } from '../errors.ts'
import { answers, createRoute, resource, z } from '../route.ts'
import { Id } from '../schemas.ts'
import type { ApiServer } from '../server.ts'

const DiffSchema = z
  .object({
    from: z.string().describe('The commit of main that the work builds on'),
    to: z.string().describe('The newest commit of the work'),
    files: z.array(
      z.object({
        path: z.string(),
        from: z.string().nullable().describe('Its old path, when it was renamed'),
        kind: z.enum(['added', 'changed', 'deleted', 'renamed']),
      }),
    ),
    text: z.string().describe('A unified diff'),
    cut: z.boolean().describe('It is longer than is given here'),
  })
  .openapi('Diff')

export const getDiff = createRoute({
  method: 'get',
  path: '/api/attempts/{ticket}/{number}/diff',
  summary: 'What an attempt changed, against the main that its work builds on',
  request: { params: z.object({ ticket: Id, number: Id }) },
  responses: answers(DiffSchema, 'The change'),
})

/** Maximum characters: more than anybody reads on one page. */
const MOST = 2_000_000
const MOST_FILES = 5000

/** Makes the route of an attempt's change. It refuses as `not_found` when there is no change, or its work is gone. */
export function diffs({ world, records }: Pick<ApiServer, 'records' | 'world'>) {
  const app = resource()

  app.openapi(getDiff, async (c) => {
    const { ticket, number } = c.req.valid('param')
    const attempt = found(
      await records.store.attempt(ticket, number),
      `Ticket ${ticket} has no attempt ${number}.`,
    )
    if (!world || attempt.work === null)
      throw new Denied('not_found', `Attempt ${number} of ticket ${ticket} has left no change yet.`)
    const why = whyRemoved('The work', attempt) ?? 'The work of this attempt was removed.'
    const work = found(await world.repo.find(attempt.work), why)
    const from = work.parents[0] ?? attempt.base
    if (!from) throw new Denied('not_found', 'It is not known what this work builds on.')
    const text = await world.repo.diff(from, work.commit, MOST)
    const changes = await world.repo.changes(from, work.commit)
    const files = changes.slice(0, MOST_FILES).map(({ path, from: old, kind }) => ({
      path: shown(path),
      from: old && shown(old),
      kind,
    }))
    return c.json(
      { from, to: work.commit, files, text, cut: text.length >= MOST || changes.length > MOST_FILES },
      200,
    )
  })

  return app
}
