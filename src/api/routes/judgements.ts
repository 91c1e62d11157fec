/** Decisions of a person: proposals, work that waits for approval, questions, things to verify. */

import { apply } from '../../life/apply.ts'
import { answer } from '../../life/tickets/answer.ts'
import { fail } from '../../life/tickets/fail.ts'
import type { Command } from '../../ticket/commands.ts'
import { ticketJson } from '../../ticket/json.ts'
import { granted } from '../errors.ts'
import { PERSON } from '../person.ts'
import { accepts, answers, createRoute, needs, resource, z } from '../route.ts'
import { IdParams, TicketSchema } from '../schemas.ts'
import type { ApiServer } from '../server.ts'

const now = answers(TicketSchema, 'The ticket as it is now')

const of = z
  .int()
  .min(0)
  .optional()
  .describe('The attempt that was looked at: refused when the ticket has moved on since')

export const approveTicket = createRoute({
  method: 'post',
  path: '/api/tickets/{id}/approval',
  summary: 'Approve a proposal (it becomes a task) or work that touches protected paths',
  request: {
    params: IdParams,
    body: accepts(z.strictObject({ title: z.string().optional(), description: z.string().optional(), of })),
  },
  responses: now,
})

export const rejectTicket = createRoute({
  method: 'post',
  path: '/api/tickets/{id}/rejection',
  summary: 'Reject a proposal, or work that touches protected paths',
  request: { params: IdParams, body: accepts(z.strictObject({ reason: z.string().optional(), of })) },
  responses: now,
})

export const answerTicket = createRoute({
  method: 'post',
  path: '/api/tickets/{id}/answer',
  summary: 'Answer a question; the answer reaches everything that waits for it',
  request: { params: IdParams, body: needs(z.strictObject({ text: z.string() })) },
  responses: now,
})

export const passTicket = createRoute({
  method: 'post',
  path: '/api/tickets/{id}/pass',
  summary: 'Say that what was to be verified works',
  request: { params: IdParams, body: accepts(z.strictObject({})) },
  responses: now,
})

export const failTicket = createRoute({
  method: 'post',
  path: '/api/tickets/{id}/failure',
  summary: 'Say that it does not work: a fix is filed, and a new verify ticket that waits for it',
  request: { params: IdParams, body: needs(z.strictObject({ reason: z.string() })) },
  responses: answers(
    z.object({ failed: TicketSchema, fix: TicketSchema, reverify: TicketSchema }),
    'The failed ticket and the two new ones',
  ),
})

/** Makes the routes of decisions. */
export function judgements(server: ApiServer) {
  const app = resource()
  const { records } = server
  const ask = async (id: number, command: Command) =>
    ticketJson(granted(await apply(records, id, command, PERSON)))

  app.openapi(approveTicket, async (c) =>
    c.json(await ask(c.req.valid('param').id, { type: 'approve', ...c.req.valid('json') }), 200),
  )

  app.openapi(rejectTicket, async (c) => {
    const { reason = '', of } = c.req.valid('json')
    return c.json(await ask(c.req.valid('param').id, { type: 'reject', reason, of }), 200)
  })

  app.openapi(answerTicket, async (c) => {
    const { text } = c.req.valid('json')
    return c.json(ticketJson(granted(await answer(records, c.req.valid('param').id, text, PERSON))), 200)
  })

  app.openapi(passTicket, async (c) => c.json(await ask(c.req.valid('param').id, { type: 'pass' }), 200))

  app.openapi(failTicket, async (c) => {
    const { reason } = c.req.valid('json')
    const { failed, fix, reverify } = granted(await fail(records, c.req.valid('param').id, reason, PERSON))
    return c.json({ failed: ticketJson(failed), fix: ticketJson(fix), reverify: ticketJson(reverify) }, 200)
  })

  return app
}
