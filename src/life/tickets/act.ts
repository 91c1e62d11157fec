/** Action of a link: it is carried out and the link spent, at once or not at all. */
import type { Reads, Tx } from '../../ports/store.ts'
import type { Records } from '../../ports/world.ts'
import { type Actor, isRefusal, type Refusal, refuse } from '../../ticket/commands.ts'
import { actionsFor, CHOICE_OF } from '../../ticket/notice.ts'
import type { Ticket } from '../../ticket/ticket.ts'
import { applyIn, must, notFound, together } from '../apply.ts'
import type { ActionLink } from './action-link.ts'
import { answerIn } from './answer.ts'
import { failIn } from './fail.ts'

/** Finds the ticket of a link, or refuses when the link no longer works. Changes nothing. */
export async function lookAt(store: Reads, link: ActionLink, now: number): Promise<Ticket | Refusal> {
  const { ticket: id, action } = link
  if (link.expiresAt <= now)
    return refuse('late', `This link has expired. Ticket ${id} may still wait for you: see 'ticket inbox'.`)
  if (await store.isSpent(link.id)) return refuse('late', 'This link was already used. Each link works once.')
  const ticket = await store.ticket(id)
  if (!ticket) return notFound(id)
  if (ticket.stage.status === 'done')
    return refuse('late', `Ticket ${id} is done: there is nothing left to decide.`)
  if (ticket.attempts !== link.attempts || !actionsFor(ticket).includes(action))
    return refuse(
      'late',
      `Ticket ${id} has changed since this link was sent: there is nothing to ${action} now.`,
    )
  return ticket
}

/** Action of a person. */
export interface Deed {
  /** Answer or reason of the person. */
  text: string
  /** Last change of the ticket that the person saw. */
  seen: number
}

/** Carries the action out and gives the changed ticket. A refusal changes nothing, and the link still works. */
export const act = (
  records: Records,
  link: ActionLink,
  { text, seen }: Deed,
  by: Actor,
): Promise<Ticket | Refusal> =>
  together(records, async (tx, now) => {
    const ticket = must(await lookAt(tx, link, now))
    if (ticket.updatedAt !== seen)
      must(refuse('conflict', `Ticket ${ticket.id} changed while you looked at it. Look again.`))
    const done = await decided(tx, now, { link, text }, by)
    if (!isRefusal(done) && !(await tx.spendLink(link.id, now, link.expiresAt)))
      must(refuse('late', 'This link was already used. Each link works once.'))
    return must(done)
  })

async function decided(
  tx: Tx,
  now: number,
  { link: { action, ticket }, text }: { link: ActionLink; text: string },
  by: Actor,
): Promise<Ticket | Refusal> {
  const choice = CHOICE_OF[action]
  if (choice) return answerIn(tx, now, { id: ticket, text: choice }, by)
  switch (action) {
    case 'answer':
      return answerIn(tx, now, { id: ticket, text }, by)
    case 'fail':
      return (await failIn(tx, now, { id: ticket, reason: text }, by)).failed
    case 'reject':
      return applyIn(tx, now, ticket, { type: 'reject', reason: text }, by)
    case 'pass':
      return applyIn(tx, now, ticket, { type: 'pass' }, by)
    default:
      return applyIn(tx, now, ticket, { type: 'approve' }, by)
  }
}
