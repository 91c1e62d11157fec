/** Answer of a person to a question: it reaches everything that waited for it. */
import type { Tx } from '../../ports/store.ts'
import type { Records } from '../../ports/world.ts'
import { choiceIn, isDecision, whatBecame } from '../../ticket/blockers.ts'
import type { Actor, Command, Refusal } from '../../ticket/commands.ts'
import type { Ticket, TicketId } from '../../ticket/ticket.ts'
import { applyIn, must, together } from '../apply.ts'
import { openOnes } from './file.ts'

/** Answers a question and gives it; refuses a ticket that is not an open question. */
export const answer = (records: Records, id: TicketId, text: string, by: Actor): Promise<Ticket | Refusal> =>
  together(records, (tx, now) => answerIn(tx, now, { id, text }, by))

/** Answers a question, inside `together`. */
export async function answerIn(
  tx: Tx,
  now: number,
  { id, text }: { id: TicketId; text: string },
  by: Actor,
): Promise<Ticket> {
  const question = must(await applyIn(tx, now, id, { type: 'answer', text }, by))
  if (isDecision(question)) {
    await decideIn(tx, now, { question, text }, by)
    return question
  }
  for (const waiting of await openOnes(tx, await tx.dependents(id))) {
    const body = `Answer to #${id} (${question.title}): ${text}`
    must(await applyIn(tx, now, waiting, { type: 'comment', author: by.name, body }, by))
  }
  return question
}

/** Applies a decision about a failed blocker: its dependents continue without it, or are cancelled, too. */
async function decideIn(
  tx: Tx,
  now: number,
  { question, text }: { question: Ticket; text: string },
  by: Actor,
): Promise<void> {
  const blocker = question.parent === null ? null : await tx.ticket(question.parent)
  if (!blocker) return
  const command: Command =
    choiceIn(text) === 'cancel'
      ? { type: 'cancel', reason: `It waited for ${whatBecame(blocker)}` }
      : { type: 'comment', author: by.name, body: `Continue without ${whatBecame(blocker)}` }
  for (const waiting of await openOnes(tx, await tx.dependents(question.id)))
    must(await applyIn(tx, now, waiting, command, by))
}
