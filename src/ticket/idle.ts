/**
 * Reasons why agents have no ticket, in one sentence with a number. The code that decides about a claim gives the
 * reason (life/limits/may-claim.ts, life/agents/staff.ts); here it only gets its words.
 */
import type { Census } from './census.ts'
import type { PauseCause } from './pauses.ts'
import type { TicketId } from './ticket.ts'

/** Reason why an agent got no ticket at its last claim. */
export type WhyIdle =
  /** Pause of everybody. `until`: the next try; `ticket`: the question to a person about it. */
  | { kind: 'paused'; cause: PauseCause; until: number | null; ticket: TicketId | null }
  /** Probe under way: one attempt tests whether that pause is over. */
  | { kind: 'tried'; cause: PauseCause }
  /** Shortage of the disk; `reason`: a sentence about it. */
  | { kind: 'disk'; reason: string }
  /** Merge queue that is too long: `waiting` commits, and nobody begins anything from `limit` on. */
  | { kind: 'merge queue behind'; waiting: number; limit: number }
  /** Red `main`: only tickets of a higher priority than `above` are begun. */
  | { kind: 'main is red'; above: number }
  /** Lack of a ticket that may be claimed. */
  | { kind: 'nothing to claim' }
  /** Lack of agents by a person's order: `swarm scale 0`. */
  | { kind: 'no agents' }

/** Kinds of reasons. */
export const WHYS = [
  'paused',
  'tried',
  'disk',
  'merge queue behind',
  'main is red',
  'nothing to claim',
  'no agents',
] as const satisfies readonly WhyIdle['kind'][]

/** Idle agents, and the tickets that they could have had. */
export interface Idle {
  agents: number
  why: WhyIdle
  census: Census
}

/**
 * Sentence such as `3 agents are idle: no ticket can be claimed, because 12 tickets back off (the next in 4 min), 5 wait for a
 * person.` Null when none is idle, or there is a ticket for them by now. `now`: milliseconds since the epoch.
 */
export function idleSentence({ agents, why, census }: Idle, now: number): string | null {
  if (why.kind === 'no agents') return nobody(census)
  if (agents === 0 || (why.kind === 'nothing to claim' && census.claimable > 0)) return null
  return `${agents === 1 ? '1 agent is' : `${agents} agents are`} idle: ${reason(why, census, now)}.`
}

function nobody({ claimable }: Census): string {
  return `The number of agents is 0, and ${counted(claimable)} can be claimed. Start agents with 'swarm scale 3'.`
}

function reason(why: Exclude<WhyIdle, { kind: 'no agents' }>, census: Census, now: number): string {
  switch (why.kind) {
    case 'paused':
      return `${PAUSED[why.cause]}, ${ending(why, now)}`
    case 'tried':
      return `${PAUSED[why.cause]}, and 1 attempt tests whether that is over`
    case 'disk':
      return `${why.reason.charAt(0).toLowerCase()}${why.reason.slice(1).replace(/\.$/, '')}`
    case 'merge queue behind':
      return `${counted(why.waiting)} ${why.waiting === 1 ? 'is' : 'are'} in the merge queue (limit ${why.limit}), so nothing is claimed until some have landed`
    case 'main is red':
      if (census.claimable === 0) return nothing(census, now)
      return `main is red, so only tickets with a priority above ${why.above} are claimed, and ${counted(census.claimable)} must wait for it`
    case 'nothing to claim':
      return nothing(census, now)
  }
}

const PAUSED: Record<PauseCause, string> = {
  person: 'a person paused the agents',
  'usage limit': 'the account has reached its usage limit',
  'login expired': 'the account cannot be used',
  overloaded: 'the model does not answer',
  'no sandbox': 'no sandbox can be made',
  'same failure': 'several tickets in a row failed in the same way',
  budget: 'the budget is used up',
  'main is red': 'main is red',
}

function ending({ until, ticket }: Extract<WhyIdle, { kind: 'paused' }>, now: number): string {
  if (until !== null) return `retried ${soon(until - now)}`
  return ticket === null ? "until 'swarm resume'" : `until #${ticket} is answered`
}

/** Lists the other tickets, the soonest first. */
function nothing(census: Census, now: number): string {
  const { open, inProgress, ready, done, backsOff, nextAt, forPerson, blocked, assigned } = census
  const next = soon((nextAt ?? now) - now)
  const parts = [
    { n: backsOff, one: 'backs off', all: 'back off', more: ` (the next ${next})` },
    { n: inProgress, one: 'is in progress', all: 'are in progress' },
    { n: forPerson, one: 'waits for a person', all: 'wait for a person' },
    { n: blocked, one: 'waits for another ticket', all: 'wait for other tickets' },
    { n: assigned, one: 'is assigned by name', all: 'are assigned by name' },
  ].filter(({ n }) => n > 0)
  if (open + inProgress + ready === 0)
    return done === 0 ? 'no ticket has been filed' : `no work is left, ${counted(done)} done`
  if (parts.length === 0) return `${counted(ready)} in the merge queue, and no other work is left`
  const told = parts.map(({ n, one, all, more = '' }, at) => {
    const noun = at === 0 ? ` ticket${n === 1 ? '' : 's'}` : ''
    return `${n}${noun} ${n === 1 ? one : all}${more}`
  })
  return `no ticket can be claimed, because ${told.join(', ')}`
}

/** Formats a time so coarsely that the sentence changes at most once a minute. */
function soon(ms: number): string {
  const minutes = Math.ceil(ms / 60_000)
  if (minutes <= 1) return 'within a minute'
  if (minutes < 100) return `in ${minutes} min`
  return minutes < 48 * 60 ? `in ${Math.ceil(minutes / 60)} h` : `in ${Math.ceil(minutes / 1440)} d`
}

const counted = (n: number) => (n === 1 ? '1 ticket' : `${n} tickets`)
