/** A person answers a question: the answer reaches everything that waited for it. */
import type { Tx } from '../ports/store.ts'
import type { Desk } from '../ports/world.ts'
import type { Actor, Refusal } from '../ticket/commands.ts'
import type { Ticket, TicketId } from '../ticket/ticket.ts'
import { applyIn, must, together } from './apply.ts'
import { openOnes } from './file.ts'

export const answer = (desk: Desk, id: TicketId, text: string, by: Actor): Promise<Ticket | Refusal> =>
  together(desk, (tx, now) => answerIn(tx, now, { id, text }, by))

/** Inside `together`. */
export async function answerIn(
  tx: Tx,
  now: number,
  { id, text }: { id: TicketId; text: string },
  by: Actor,
): Promise<Ticket> {
  const question = must(await applyIn(tx, now, id, { type: 'answer', text }, by))
  for (const waiting of await openOnes(tx, await tx.dependents(id))) {
    const body = `Answer to #${id} (${question.title}): ${text}`
    must(await applyIn(tx, now, waiting, { type: 'comment', author: by.name, body }, by))
  }
  return question
}
