/**
 * Succession of blockers: dependents of a ticket that ends without being done wait for its replacement, which is the
 * parts of a split ticket, or a person's decision about a failed one. Written with the end itself, at once.
 */
import type { Tx } from '../ports/store.ts'
import { DECIDING, decisionAbout, gone, isDecision } from '../ticket/blockers.ts'
import { type Actor, type Command, type CreateTicket, isRefusal, type Refusal } from '../ticket/commands.ts'
import { decideCreate } from '../ticket/decide.ts'
import type { TicketEvent } from '../ticket/events.ts'
import { born } from '../ticket/evolve.ts'
import { HUMAN, type Ticket, type TicketId } from '../ticket/ticket.ts'

export const HANDS_ON: Actor = { kind: 'swarm', name: 'swarm' }

/** Events that put a ticket back among the open ones. */
const BACK: readonly TicketEvent['type'][] = ['unclaimed', 'bounced', 'lost', 'reopened']
const CONCERN_OTHERS = [...BACK, 'blocker_added', 'blocker_removed', 'done']

/** True for an event that `handOn` must see. */
export const concernsOthers = ({ type }: TicketEvent): boolean => CONCERN_OTHERS.includes(type)

interface At {
  tx: Tx
  now: number
  /** Applies a command to another ticket, in the same transaction and through the one door. */
  ask: (id: TicketId, command: Command) => Promise<Ticket | Refusal>
}

/** Handles events of `ticket` that have just been written. */
export async function handOn(at: At, ticket: Ticket, events: readonly TicketEvent[]): Promise<void> {
  for (const event of events) {
    if (event.type === 'blocker_added') await replace(at, event.by, [ticket.id])
    if (BACK.includes(event.type)) for (const id of ticket.blockedBy) await replace(at, id, [ticket.id])
    if (event.type === 'blocker_removed') await letGo(at, ticket, event.by)
    if (event.type === 'reopened') await withdraw(at, ticket.id)
    if (event.type !== 'done') continue
    if (event.resolution !== 'landed') await replace(at, ticket.id, await at.tx.dependents(ticket.id))
    for (const id of ticket.blockedBy) await closeIfIdle(at, id, ({ type }) => type === 'question')
  }
}

/** Makes open tickets of `ids` wait for the replacement of a finished blocker, if there is one. */
async function replace(at: At, blockerId: TicketId, ids: TicketId[]): Promise<void> {
  const blocker = await at.tx.ticket(blockerId)
  if (blocker?.stage.status !== 'done') return
  const waiting = (await all(at.tx, ids)).filter(({ stage }) => stage.status === 'open')
  if (waiting.length === 0) return
  if (gone(blocker) !== null) await askAbout(at, blocker, waiting)
  if (blocker.stage.resolution === 'decomposed') await waitForParts(at, blocker, waiting)
}

async function waitForParts(at: At, { id }: Ticket, waiting: Ticket[]): Promise<void> {
  const tasks = (await at.tx.tickets({ parent: id })).filter(({ type }) => type === 'task')
  // A part may itself be one that waited for the whole.
  const parts = tasks.filter(({ blockedBy }) => !blockedBy.includes(id))
  for (const ticket of waiting)
    for (const part of parts) {
      const cycle = await at.tx.waitsFor(part.id, ticket.id)
      // Refused where it waits for it already, or the part waits for it.
      await at.ask(ticket.id, { type: 'block', by: part.id, cycle })
    }
}

/** Files one question for all dependents of this blocker that are still undecided. */
async function askAbout(at: At, blocker: Ticket, fresh: Ticket[]): Promise<void> {
  const questions = await questionsAbout(at.tx, blocker.id)
  const asked = questions.find(({ stage }) => stage.status !== 'done') ?? null
  const decided = questions.filter(
    ({ stage, updatedAt }) => stage.status === 'done' && updatedAt >= blocker.updatedAt,
  )
  const known = asked ? await waitingFor(at.tx, asked.id) : []
  const added = fresh.filter(
    ({ id, blockedBy }) =>
      !known.some((each) => each.id === id) && !decided.some((each) => blockedBy.includes(each.id)),
  )
  if (added.length === 0) return
  const { title, description } = decisionAbout(
    blocker,
    [...known, ...added].sort((a, b) => a.id - b.id),
  )
  const question = asked ?? (await fileQuestion(at, { title, description, parent: blocker.id }))
  if (asked) await at.ask(asked.id, { type: 'update', description })
  for (const { id } of added) await at.ask(id, { type: 'block', by: question.id, cycle: false })
}

async function fileQuestion({ tx, now }: At, create: CreateTicket): Promise<Ticket> {
  const wanted = { ...create, type: 'question', assignedTo: HUMAN, createdBy: DECIDING } as const
  const event = decideCreate(wanted, HANDS_ON)
  if (isRefusal(event)) throw new Error(event.sentence)
  const ticket = born(await tx.nextId(), event, now)
  await tx.save(ticket, [event], HANDS_ON.name, now)
  return ticket
}

/** Ends the wait for this blocker, and for a decision about it. */
async function letGo(at: At, ticket: Ticket, blocker: TicketId): Promise<void> {
  const question = await questionAbout(at.tx, blocker)
  if (question && ticket.blockedBy.includes(question.id))
    await at.ask(ticket.id, { type: 'unblock', by: question.id })
  await closeIfIdle(at, blocker)
}

/** Withdraws the question about a blocker that is open again. */
async function withdraw(at: At, blocker: TicketId): Promise<void> {
  const question = await questionAbout(at.tx, blocker)
  if (!question) return
  for (const { id } of await waitingFor(at.tx, question.id))
    await at.ask(id, { type: 'unblock', by: question.id })
}

/** Closes a question for whose answer nothing waits. */
async function closeIfIdle(
  at: At,
  id: TicketId,
  isMeant: (question: Ticket) => boolean = isDecision,
): Promise<void> {
  const question = await at.tx.ticket(id)
  if (!question || !isMeant(question) || question.stage.status === 'done') return
  if ((await waitingFor(at.tx, id)).length > 0) return
  await at.ask(id, { type: 'cancel', reason: 'No ticket waits for the answer any more.' })
}

const questionsAbout = async (tx: Tx, blocker: TicketId): Promise<Ticket[]> =>
  (await tx.tickets({ parent: blocker })).filter(isDecision)

/** Question that is still unanswered; null for none. */
const questionAbout = async (tx: Tx, blocker: TicketId): Promise<Ticket | null> =>
  (await questionsAbout(tx, blocker)).find(({ stage }) => stage.status !== 'done') ?? null

const waitingFor = async (tx: Tx, blocker: TicketId): Promise<Ticket[]> =>
  (await all(tx, await tx.dependents(blocker))).filter(({ stage }) => stage.status !== 'done')

async function all(tx: Tx, ids: TicketId[]): Promise<Ticket[]> {
  const found: Ticket[] = []
  for (const id of ids) {
    const ticket = await tx.ticket(id)
    if (ticket) found.push(ticket)
  }
  return found
}
