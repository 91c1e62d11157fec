/** Command `swarm wait`: waits until the swarm has nothing left to do. For scripts, by its exit code. */
import type { Client, Status } from '../../api/client.ts'
import type { TicketJson } from '../../ticket/json.ts'
import { Refused } from '../../ticket/refused.ts'
import { UNDONE } from '../../ticket/ticket.ts'
import { type Call, type Command, numberOf, projectOf } from './command.ts'
import type { Host } from './host/host.ts'
import type { Link } from './host/server.ts'
import { counted, few, oneLine, print } from './screen.ts'

const DONE = 0
const PEOPLE = 3
const TIMED_OUT = 4

export const wait: Command = {
  name: 'wait',
  summary: 'Wait until the agents have no work left',
  flags: [{ name: 'timeout', value: 'SECONDS', help: 'stop waiting after this time' }],
  more: ['Exit code: 0 no work left, 3 only people can continue, 4 timeout.'],
  examples: ['swarm wait', 'swarm wait --timeout 3600 && swarm pull'],
  async run(call) {
    const { host } = call
    const seconds = numberOf(call, 'timeout', { min: 0, max: 31_536_000, fallback: Number.POSITIVE_INFINITY })
    const deadline = host.now() + seconds * 1000
    const link = await projectOf(call).link()
    const ends = new AbortController()
    const changes = changesOf(link, ends.signal)
    try {
      for (;;) {
        const change = changes.next()
        const state = await stateOf(link.client)
        const exit = exitOf(state)
        if (exit !== null) return say(call, state, exit)
        if (link.server === null)
          throw new Refused(
            `${counted(state.agents.length, 'ticket')} ${state.agents.length === 1 ? 'is' : 'are'} left for agents, but no server is running. First: swarm start.`,
          )
        const left = deadline - host.now()
        if (left <= 0) return say(call, state, TIMED_OUT)
        if (host.signal.aborted) return 130
        await changeWithin(host, change, Math.min(left, RECHECK_MS))
      }
    } finally {
      ends.abort()
      await changes.close()
      await link.close()
    }
  },
}

/** Waits for a change, `ms` milliseconds at the longest. Leaves no sleep behind: changes may come by the second. */
export async function changeWithin(
  { pause }: Pick<Host, 'pause'>,
  change: Promise<unknown>,
  ms: number,
): Promise<void> {
  const over = new AbortController()
  await Promise.race([change, pause(ms, over.signal)]).finally(() => over.abort())
}

/** Milliseconds between checks: a pause begins and ends without an event of a ticket. */
const RECHECK_MS = 15_000

/** State of the work. */
export interface State {
  /** Tickets that agents work on, can claim, or can claim once others of these are done. */
  agents: number[]
  /** Tickets that only people can move on, directly or through a blocker. */
  people: number[]
  /** Tickets among `people` that wait for another ticket, and not for a person themselves. */
  behind: number[]
  /** Reason why nobody claims anything until a person acts; null when agents may go on. */
  paused: string | null
}

function exitOf({ agents, people, paused }: State): number | null {
  if (agents.length === 0) return people.length === 0 ? DONE : PEOPLE
  return paused === null ? null : PEOPLE
}

async function stateOf(client: Client): Promise<State> {
  const [tickets, { attempts }, { paused }] = await Promise.all([
    notDone(client),
    client.attempts({ live: true, limit: 200 }),
    client.status(),
  ])
  const leased = new Set(
    attempts.filter(({ lease_until }) => lease_until !== null).map(({ ticket_id }) => ticket_id),
  )
  return { ...whoMoves(tickets, leased), paused: forever(paused, leased.size > 0) }
}

/**
 * Gives the reason of a pause that only a person can end; null for another. An agent at work may turn a red main green.
 */
function forever(paused: Status['paused'], isAtWork: boolean): string | null {
  if (!paused || paused.until !== null) return null
  return paused.cause === 'main is red' && isAtWork ? null : paused.reason
}

/** Ticket, as far as the wait needs it. */
export type Waiting = Pick<TicketJson, 'id' | 'status' | 'assigned_to' | 'held' | 'phase' | 'blocked_by'>

/**
 * Divides tickets by who must act. `tickets` are all that are not done; `leased` are those that an agent's attempt
 * holds.
 */
export function whoMoves(tickets: readonly Waiting[], leased: ReadonlySet<number>): Omit<State, 'paused'> {
  const byId = new Map(tickets.map((ticket) => [ticket.id, ticket]))
  const known = new Map<number, boolean>()
  /** True when a person must act, sooner or later, before this ticket can be done. */
  const needsPeople = (ticket: Waiting): boolean => {
    const before = known.get(ticket.id)
    if (before !== undefined) return before
    known.set(ticket.id, false)
    const blockers = ticket.blocked_by.flatMap((id) => byId.get(id) ?? [])
    const needs = isForPeople(ticket, leased) || (ticket.status === 'open' && blockers.some(needsPeople))
    known.set(ticket.id, needs)
    return needs
  }
  const ids = (isMeant: (ticket: Waiting) => boolean) => tickets.filter(isMeant).map(({ id }) => id)
  return {
    agents: ids((each) => !needsPeople(each)),
    people: ids(needsPeople),
    behind: ids((each) => needsPeople(each) && !isForPeople(each, leased)),
  }
}

/**
 * True for a ticket that is assigned, held by hand, or waits for approval. In the merge queue it is the swarm's turn.
 */
function isForPeople(
  { id, status, assigned_to, held, phase }: Waiting,
  leased: ReadonlySet<number>,
): boolean {
  switch (status) {
    case 'open':
      return assigned_to !== null
    case 'in_progress':
      return !leased.has(id)
    case 'ready':
      return held.length > 0 || phase !== 'queued'
    case 'done':
      return false
  }
}

async function notDone(client: Client): Promise<Waiting[]> {
  const all: Waiting[] = []
  for (let after: number | null = 0; after !== null; ) {
    const page: { tickets: Waiting[]; next: number | null } = await client.tickets({
      status: UNDONE.join() as never,
      after,
      limit: 200,
    })
    all.push(...page.tickets)
    after = page.next
  }
  return all
}

interface Changes {
  /** Resolves at the next event, or at once when some came since the last call. */
  next(): Promise<void>
  close(): Promise<void>
}

function changesOf({ client, server }: Link, signal: AbortSignal): Changes {
  let isNew = false
  let wake = () => {}
  const follow = async () => {
    if (server === null) return
    for await (const _ of client.events({ signal })) {
      isNew = true
      wake()
    }
  }
  const following = follow().catch(() => {})
  return {
    next: () =>
      new Promise((resolve) => {
        wake = resolve
        if (isNew) resolve()
        isNew = false
      }),
    close: () => following,
  }
}

function say(call: Call, { agents, people, behind, paused }: State, exit: number): number {
  const numbers = (ids: number[]) => few(ids.map((id) => `#${id}`))
  print(call, { exit, left: agents, for_people: people, paused }, () => {
    if (exit === DONE) return 'No work is left.'
    if (exit === TIMED_OUT) return `Timed out. Unfinished: ${numbers(agents)}.`
    if (agents.length > 0 && paused) return `Agents are paused until you act: ${oneLine(paused)}`
    const yours = people.filter((id) => !behind.includes(id))
    const others = behind.length > 0 ? `, and for that ${numbers(behind)}` : ''
    return `The rest waits for you: ${numbers(yours)}${others}. See: swarm inbox.`
  })
  return exit
}
