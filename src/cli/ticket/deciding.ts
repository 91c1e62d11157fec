/**
 * Commands by which a person decides: proposals, questions, verify tickets, work that waits for approval, the end of a
 * ticket.
 */
import { answer as answerQuestion } from '../../life/tickets/answer.ts'
import { fail as failVerify } from '../../life/tickets/fail.ts'
import { isRefusal } from '../../ticket/commands.ts'
import { ticketJson } from '../../ticket/json.ts'
import { changed } from './changing.ts'
import type { Call, Outcome } from './context.ts'
import { typed } from './filing.ts'
import { told } from './reading.ts'

interface Approval {
  id: number
  title?: string
  description?: string
  attempt?: number
}

/** Runs `approve`. */
export async function approve(call: Call<Approval>): Promise<Outcome> {
  const { id, title, attempt: of } = call.given
  const description = await typed(call.given.description, call.context)
  return changed(call, { type: 'approve', title, description, of }, `Ticket ${id} approved.`)
}

/** Runs `reject`. */
export const reject = (call: Call<{ id: number; reason?: string; attempt?: number }>) =>
  changed(
    call,
    { type: 'reject', reason: call.given.reason ?? '', of: call.given.attempt },
    `Ticket ${call.given.id} rejected.`,
  )

/** Runs `answer`. */
export async function answer({
  given,
  context,
  by,
  records,
}: Call<{ id: number; text: string }>): Promise<Outcome> {
  const text = (await typed(given.text, context)) ?? ''
  const opened = await records()
  const question = await answerQuestion(opened, given.id, text, by)
  return isRefusal(question) ? question : told(opened.store, question, `Ticket ${given.id} answered.`)
}

/** Runs `pass`. */
export const pass = (call: Call<{ id: number }>) =>
  changed(call, { type: 'pass' }, `Ticket ${call.given.id} passed.`)

/** Runs `fail`. */
export async function fail({
  given,
  context,
  by,
  records,
}: Call<{ id: number; reason: string }>): Promise<Outcome> {
  const reason = (await typed(given.reason, context)) ?? ''
  const outcome = await failVerify(await records(), given.id, reason, by)
  if (isRefusal(outcome)) return outcome
  const { failed, fix, reverify } = outcome
  return {
    text: () =>
      `Ticket ${given.id} failed: ticket ${fix.id} fixes it, ticket ${reverify.id} verifies it again.`,
    json: () => ({ failed: ticketJson(failed), fix: ticketJson(fix), reverify: ticketJson(reverify) }),
  }
}

/** Runs `reopen`. */
export const reopen = (call: Call<{ id: number }>) =>
  changed(call, { type: 'reopen' }, `Ticket ${call.given.id} reopened.`)

/** Runs `cancel`. */
export const cancel = (call: Call<{ id: number; reason?: string }>) =>
  changed(call, { type: 'cancel', reason: call.given.reason }, `Ticket ${call.given.id} cancelled.`)
