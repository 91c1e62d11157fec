/** Memory of a red `main`: the tickets that met it, those that may be tried meanwhile, and the question to a person. */
import { z } from 'zod'
import { listed, redOn } from './apart.ts'
import { ENOUGH_RED } from './failures.ts'
import type { Ticket, TicketId } from './ticket.ts'

/** Red `main`, by its gate. */
export interface RedMain {
  tree: string
  /** Names of tests, or lines of the gate's output. */
  on: string[]
}

/** Makes it of the gate's output. */
export const redMainOf = ({ tree, output }: { tree: string; output: string }): RedMain => ({
  tree,
  on: redOn(output),
})

const Met = z.object({
  /** Tree of the red `main`; empty when nobody has met one. */
  tree: z.string(),
  /** Tickets whose attempts ended red only where it is red, one for each attempt. */
  tickets: z.array(z.int()),
  /** Priority that a ticket must exceed to be tried while everybody waits; null: nobody waits. */
  above: z.int().nullable(),
  /**
   * Time when a person last said to continue nevertheless, in milliseconds since the epoch: earlier red runs are
   * repeated.
   */
  goneOnAt: z.int(),
})
/** Memory of a red `main`. */
export type Met = z.infer<typeof Met>

export const NOBODY_MET: Met = { tree: '', tickets: [], above: null, goneOnAt: 0 }

/** Parses the stored memory. */
export const parseMet = (text: string | null): Met =>
  text === null ? NOBODY_MET : Met.parse(JSON.parse(text))

/**
 * Updates the memory after one more attempt has met it. `inHand` are the priorities of tickets in progress: they are no
 * answer to the question, so they do not count for who is let through.
 */
export function afterMeeting(
  before: Met,
  tree: string,
  ticket: Pick<Ticket, 'id' | 'priority'>,
  inHand: readonly number[],
): Met {
  const isSame = before.tree === tree || before.above !== null
  const tickets = [...(isSame ? before.tickets : []), ticket.id]
  const begins = before.above === null && tickets.length >= ENOUGH_RED
  const bar = begins ? Math.max(ticket.priority, ...inHand) : before.above
  const above = bar === null ? null : Math.max(bar, ticket.priority)
  return { ...before, tree, tickets, above }
}

/** Clears the memory, as nobody waits any more. `goneOnAt`: a person said so, although `main` may still be red. */
export const forgotten = ({ goneOnAt }: Met, now: number | null): Met => ({
  ...NOBODY_MET,
  goneOnAt: now ?? goneOnAt,
})

/** Sentence such as `main is red on tests/add.sh and 2 more.` */
export const redSentence = (on: readonly string[]): string => `main is red${onWhat(on)}.`

function onWhat(on: readonly string[]): string {
  const [first, ...more] = on
  if (first === undefined) return ''
  const name = first.length > 60 ? `${first.slice(0, 59)}…` : first
  return ` on ${name}${more.length > 0 ? ` and ${more.length} more` : ''}`
}

/** Makes the question to a person, asked once while everybody waits. */
export function redQuestion({ tickets, above }: Met, on: readonly string[]) {
  const priority = (above ?? 0) + 1
  const met = named(tickets)
  const description = `main fails its own gate, so only work that fixes it can land.${on.length > 0 ? ` It is red on:\n${listed(on)}` : ''}

Attempts at ${met} had no other failures. They are not charged, and their work is saved. The other tickets wait. Agents resume once main is green.

- To fix it with a ticket: \`ticket create "Fix main" --priority ${priority}\`. Until you answer, only tickets with a priority of ${priority} or more are claimed. To use an existing ticket: \`ticket update ID --priority ${priority}\`.
- To fix main yourself, while nothing has landed: commit the fix, then run \`swarm stop\`, \`swarm init .\` and \`swarm start\`. Later, use a ticket.
- To resume now, for example after a fix outside main: answer this question. Red gates run again. After ${ENOUGH_RED} more attempts that meet a red main, you are asked again.`
  return { title: `main is red${onWhat(on)}: fix it with a ticket, or resume?`, description }
}

/** Addition to the question when a ticket that was let through has met the red `main` as well. */
export const metAsWell = (ticket: TicketId, { above }: Met): string =>
  `#${ticket} failed on it, too. Now only tickets with \`--priority ${(above ?? 0) + 1}\` or more are claimed.`

const named = (tickets: readonly TicketId[]) => [...new Set(tickets)].map((id) => `#${id}`).join(', ')
