/**
 * Consequences when an agent gives its ticket back, in whichever way: with a reason, to wait for another ticket, or to
 * ask a person. It backs off unless it waits for something, and when nothing changes in between a person is asked: the
 * next agent would only find the same.
 */
import type { Returns } from './commands.ts'
import type { LogEntry, TicketEvent } from './events.ts'
import { firstLine } from './sentences.ts'
import { unclaimed } from './steps.ts'
import type { Ticket } from './ticket.ts'

/** Milliseconds before a ticket that was given back may be claimed again. */
export const GIVEN_BACK_WAIT = 10_000

/** Returns in a row, with nothing changed in between, after which a person is asked. */
export const GIVEN_BACK_ENOUGH = 2

/** Returns in all since a person last looked, after which a person is asked, whatever has changed in between. */
export const GIVEN_BACK_MOST = 6

/** Makes the events of a return by an agent. Without `returns` it counts as the first one. */
export function givenBack(ticket: Ticket, reason: string | null, returns?: Returns): TicketEvent[] {
  const { now, waitsFor, inRow, said } = returns ?? {
    now: ticket.updatedAt,
    waitsFor: 0,
    inRow: 0,
    said: [],
  }
  const times = inRow + 1
  const notBefore = waitsFor > 0 ? null : now + GIVEN_BACK_WAIT
  const back: TicketEvent = { ...unclaimed(ticket, reason), times, notBefore }
  const all = [...said, { attempt: ticket.attempts, reason }]
  const isStuck = waitsFor === 0 && times >= GIVEN_BACK_ENOUGH
  if (!isStuck && all.length < GIVEN_BACK_MOST) return [back]
  return [back, { type: 'escalated', reason: asking(ticket, isStuck ? times : all.length, all) }]
}

function asking({ id }: Ticket, times: number, said: Returns['said']): string {
  const words = said.map(
    ({ attempt, reason }) => `Attempt ${attempt}: ${firstLine(reason ?? '') || 'It gave no reason.'}`,
  )
  return [
    `Agents gave the ticket back ${times} times, and nothing changed in between. Provide what they need, then give the ticket back with 'ticket unclaim ${id}'.`,
    ...words,
  ].join('\n')
}

/** Kinds of events that `returnsIn` reads. */
export const TELLING_OF_RETURNS = [
  'unclaimed',
  'updated',
  'reopened',
  'approved',
  'blocker_removed',
] as const satisfies readonly LogEntry['event']['type'][]

/** Return of a ticket by an agent. */
export interface Return {
  attempt: number
  reason: string | null
  times: number
  /** Time in milliseconds since the epoch. */
  at: number
}

/**
 * Lists the returns by agents since a person last looked, oldest first. `log` is newest first, and has its
 * `TELLING_OF_RETURNS` and its comments; `holders` are the names of the agents that worked on it.
 */
export function returnsIn(log: readonly LogEntry[], holders: ReadonlySet<string>): Return[] {
  const found: Return[] = []
  for (const entry of log) {
    const { event, at } = entry
    if (event.type === 'unclaimed' && event.times !== undefined)
      found.unshift({ attempt: event.attempt ?? 0, reason: event.reason, times: event.times, at })
    else if (isOfAPerson(entry, holders)) break
  }
  return found
}

/** True for an action of a person. Agents comment and give back; a return by a stopping server has its agent's name. */
function isOfAPerson({ event, by }: LogEntry, holders: ReadonlySet<string>): boolean {
  if (event.type === 'commented') return !holders.has(by)
  return event.type !== 'unclaimed' || event.attempt === null || !holders.has(by)
}
