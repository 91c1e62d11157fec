/** Facts for judging an agent's giving back: how often its ticket came back, and what has changed since. */
import type { Tx } from '../ports/store.ts'
import { isReallyDone } from '../ticket/blockers.ts'
import type { Command, Returns } from '../ticket/commands.ts'
import type { LogEntry } from '../ticket/events.ts'
import { returnsIn, TELLING_OF_RETURNS } from '../ticket/giving-back.ts'
import type { Ticket } from '../ticket/ticket.ts'

/** Completes an agent's command for the rules: every way of giving back passes here. */
export async function withReturns(tx: Tx, now: number, ticket: Ticket, command: Command): Promise<Command> {
  if (command.type === 'release')
    return { ...command, returns: await returnsOf(tx, now, ticket, await tx.openBlockers(ticket.id)) }
  if (command.type !== 'block') return command
  const blocker = await tx.ticket(command.by)
  const more = blocker === null || isReallyDone(blocker) ? 0 : 1
  const waitsFor = (await tx.openBlockers(ticket.id)) + more
  return { ...command, returns: await returnsOf(tx, now, ticket, waitsFor) }
}

/** Number of events to look back: an agent that says more hides a person's words, and a person is asked sooner. */
const RECENT = 100

async function returnsOf(tx: Tx, now: number, ticket: Ticket, waitsFor: number): Promise<Returns> {
  const of = { ticket: ticket.id, limit: RECENT }
  const moves = await tx.recentEvents({ ...of, types: [...TELLING_OF_RETURNS] })
  const comments = await tx.recentEvents({ ...of, types: ['commented'] })
  const log = [...moves, ...comments].sort((a: LogEntry, b: LogEntry) => b.seq - a.seq)
  const attempts = await tx.attempts(of)
  const holders = new Set(attempts.flatMap(({ harness, holder }) => (harness === null ? [] : holder)))
  const said = returnsIn(log, holders)
  const last = said.at(-1)
  const inRow = last && !(await isFurther(tx, ticket, last.at)) ? last.times : 0
  return { now, waitsFor, inRow, said }
}

/** True when one of its blockers was done since then. */
async function isFurther(tx: Tx, { blockedBy }: Ticket, since: number): Promise<boolean> {
  for (const id of blockedBy) {
    const blocker = await tx.ticket(id)
    if (blocker && isReallyDone(blocker) && blocker.updatedAt >= since) return true
  }
  return false
}
