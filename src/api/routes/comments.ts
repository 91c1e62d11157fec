/** Comments of a ticket. */
import { apply } from '../../life/apply.ts'
import { ofComment } from '../../ticket/size.ts'
import { HUMAN } from '../../ticket/ticket.ts'
import { granted } from '../errors.ts'
import { commentJson } from '../json.ts'
import { PERSON } from '../person.ts'
import { createRoute, creates, needs, resource, z } from '../route.ts'
import { CommentSchema, IdParams, Note } from '../schemas.ts'
import type { ApiServer } from '../server.ts'

export const addComment = createRoute({
  method: 'post',
  path: '/api/tickets/{id}/comments',
  summary: 'Comment on a ticket',
  request: {
    params: IdParams,
    body: needs(z.strictObject({ body: z.string(), author: z.string().min(1).max(100).optional() })),
  },
  responses: creates(CommentSchema.extend({ note: Note }).openapi('WrittenComment'), 'The comment'),
})

/** Makes the routes of comments. */
export function comments(server: ApiServer) {
  const app = resource()
  const { records } = server

  app.openapi(addComment, async (c) => {
    const { id } = c.req.valid('param')
    const { body, author = HUMAN } = c.req.valid('json')
    granted(await apply(records, id, { type: 'comment', author, body }, PERSON))
    // Its text may be stored without what no store can hold, such as NUL.
    const all = await records.store.comments(id)
    const comment = all.findLast((each) => each.author === author) ?? all.at(-1)!
    return c.json({ ...commentJson(comment), note: ofComment(comment.body) }, 201)
  })

  return app
}
