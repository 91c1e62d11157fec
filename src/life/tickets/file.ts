/** Filing of a ticket, with its blockers and dependents. */
import type { Tx } from '../../ports/store.ts'
import type { Records } from '../../ports/world.ts'
import { type Actor, type CreateTicket, type Refusal, refuse } from '../../ticket/commands.ts'
import { decideCreate } from '../../ticket/decide.ts'
import type { Created } from '../../ticket/events.ts'
import { born } from '../../ticket/evolve.ts'
import { asAgentsMay, tooMuch } from '../../ticket/filing.ts'
import { isSameTitle } from '../../ticket/proposing.ts'
import { firstLine } from '../../ticket/sentences.ts'
import { HUMAN, liveAttempt, type Ticket, type TicketId } from '../../ticket/ticket.ts'
import { must, notFound, together } from '../apply.ts'
import { change } from '../follow.ts'
import { blockIn } from './block.ts'
import { lineage } from './lineage.ts'

type Agent = Extract<Actor, { kind: 'agent' }>

/** Ticket to file. */
export interface NewTicket extends Omit<CreateTicket, 'blocked'> {
  /** Ids of its blockers. */
  blockedBy?: TicketId[]
  /** Ids of the tickets that it blocks. */
  blocks?: TicketId[]
  /** Ticket whose dependents the new one blocks, too. */
  blockDependentsOf?: TicketId
}

/** Files a ticket and gives it; a refusal changes nothing. */
export const file = (records: Records, ticket: NewTicket, by: Actor): Promise<Ticket | Refusal> =>
  together(records, (tx, now) => fileIn(tx, now, ticket, by))

/** Files a ticket, inside `together`; throws a refusal, which `together` gives. */
export async function fileIn(tx: Tx, now: number, wanted: NewTicket, by: Actor): Promise<Ticket> {
  const allowed = by.kind === 'agent' ? must(await ofAnAgent(tx, wanted, by)) : wanted
  const { blockedBy = [], blocks = [], blockDependentsOf, ...create } = allowed
  if (create.parent != null && !(await tx.ticket(create.parent))) must(notFound(create.parent))
  const event = must(decideCreate({ ...create, blocked: blockedBy.length > 0 }, by))
  must(await rejectedBefore(tx, event, by))
  const ticket = born(await tx.nextId(), event, now)
  await tx.save(ticket, [event], by.name, now)
  for (const blocker of blockedBy) must(await blockIn(tx, now, ticket.id, blocker, filing(by)))
  for (const waiting of await waitingFor(tx, blocks, blockDependentsOf))
    must(await blockIn(tx, now, waiting, ticket.id, blocks.includes(waiting) ? by : filing(by)))
  return (await tx.ticket(ticket.id)) as Ticket
}

/** Refuses an agent's proposal of something that a person has rejected once. */
async function rejectedBefore(tx: Tx, { ticketType, title }: Created, by: Actor): Promise<Refusal | null> {
  if (by.kind !== 'agent' || ticketType !== 'proposal') return null
  const found = (await tx.rejected()).find((each) => isSameTitle(each.title, title))
  if (!found) return null
  const why = found.reason ? ` (${firstLine(found.reason)})` : ''
  return refuse('conflict', `A person has already rejected that as #${found.id}${why}. Continue without it.`)
}

/** Actor of blockers that come with a filing: the swarm sets them, whoever files. */
const filing = (by: Actor): Actor => ({ kind: 'swarm', name: by.name })

function mayFile({ assignedTo, blocks = [], blockDependentsOf }: NewTicket, by: Agent): Refusal | null {
  if (assignedTo && assignedTo !== HUMAN)
    return refuse('forbidden', `An agent can assign tickets to ${HUMAN} or to nobody.`)
  const others = [...blocks, ...(blockDependentsOf === undefined ? [] : [blockDependentsOf])]
  if (others.some((id) => id !== by.ticket))
    return refuse('forbidden', `${by.name} works on ticket ${by.ticket} and may not make others wait.`)
  return null
}

/** Checks and counts the filing of an agent; refuses one of an attempt that is over. */
async function ofAnAgent(tx: Tx, wanted: NewTicket, by: Agent): Promise<NewTicket | Refusal> {
  const forbidden = mayFile(wanted, by)
  if (forbidden) return forbidden
  const own = await tx.ticket(by.ticket)
  const attempt = await tx.attempt(by.ticket, by.attempt)
  if (!own || !attempt || liveAttempt(own) !== by.attempt)
    return refuse(
      'late',
      `Attempt ${by.attempt} of ticket ${by.ticket} is over. Its commands no longer count.`,
    )
  const { depth } = await lineage(tx, own.id)
  const over = tooMuch(wanted, own, { count: attempt.filed, depth })
  if (over) return over
  await change(tx, own.id, by.attempt, { filed: attempt.filed + 1 })
  return asAgentsMay(wanted, own)
}

async function waitingFor(
  tx: Tx,
  blocks: TicketId[],
  dependentsOf: TicketId | undefined,
): Promise<TicketId[]> {
  if (dependentsOf === undefined) return blocks
  if (!(await tx.ticket(dependentsOf)))
    must(refuse('not_found', `Error: source ticket ${dependentsOf} not found for --block-dependents-of.`))
  const dependents = await openOnes(tx, await tx.dependents(dependentsOf))
  return [...new Set([...blocks, ...dependents])]
}

/** Filters ids for tickets that are not done. */
export async function openOnes(tx: Tx, ids: TicketId[]): Promise<TicketId[]> {
  const tickets = await Promise.all(ids.map((id) => tx.ticket(id)))
  return tickets
    .filter((ticket) => ticket && ticket.stage.status !== 'done')
    .map((ticket) => (ticket as Ticket).id)
}
