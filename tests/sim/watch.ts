/** Follows a simulation from outside: reads the log as it grows, folds it, and asks every invariant at its moments. */
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import type { LogEntry } from '../../src/ticket/events.ts'
import { born, evolve } from '../../src/ticket/evolve.ts'
import { sentence } from '../../src/ticket/sentences.ts'
import { HUMAN, type Ticket } from '../../src/ticket/ticket.ts'
import type { Moment } from './invariant.ts'
import { INVARIANTS } from './invariants.ts'
import { line, mainOf } from './repo.ts'
import type { Simulation } from './stage.ts'
import { openTables } from './tables.ts'

export class Violation extends Error {
  override name = 'Violation'
  readonly number: number
  readonly invariant: string
  constructor(number: number, invariant: string, sentence: string) {
    super(sentence)
    this.number = number
    this.invariant = invariant
  }
}

export interface Watch {
  /** Once after each step. */
  look(): Promise<void>
  /** Nothing more will happen without a person. */
  isAtRest(): boolean
  giveUp(): never
  atTheEnd(): Promise<void>
  lives(): number
  close(): Promise<void>
}

/** Milliseconds between two looks at what changes with time alone. */
const PULSE = 5000

export async function watch(sim: Simulation, tell: (line: string) => void): Promise<Watch> {
  const store = sim.known.reads(await openSqlite({ path: sim.database }))
  const tickets = new Map<number, Ticket>()
  const tables = openTables(sim.database)
  const moment: Moment = { sim, store, tables, tickets, log: [], landed: [], memory: new Map() }
  const seen = { commits: -1, main: mainOf(sim.disk), pulse: 0, settled: 0 }
  return {
    async look() {
      if (sim.schedule.now() >= seen.pulse) {
        seen.pulse = sim.schedule.now() + PULSE
        await ask('pulse', (each) => each.pulse?.(moment))
      }
      if (sim.known.commits() === seen.commits) return
      seen.commits = sim.known.commits()
      await read(moment, tell)
      const main = mainOf(sim.disk)
      if (main !== seen.main) {
        await follow(moment, seen.main, main)
        seen.main = main
      }
      await ask('change', (each) => each.change?.(moment))
    },
    isAtRest: () => sim.process?.running != null && unsettled(tickets).length === 0,
    giveUp: () =>
      violate(6, `these neither end nor wait for a person: ${unsettled(tickets).map(told).join(', ')}`),
    async atTheEnd() {
      await read(moment, tell)
      await follow(moment, seen.main, mainOf(sim.disk))
      await ask('end', (each) => each.end?.(moment))
    },
    lives: () => [...tickets.values()].filter((ticket) => isOver(ticket, tickets)).length,
    close: () => {
      tables.close()
      return store.close()
    },
  }
}

const told = ({ id, stage }: Ticket) => `#${id} (${stage.status})`

function violate(number: number, sentence: string): never {
  throw new Violation(number, INVARIANTS[number - 1]!.name, sentence)
}

type Check = (each: (typeof INVARIANTS)[number]) => string | null | undefined | Promise<string | null>

async function ask(_: string, check: Check): Promise<void> {
  for (const [at, each] of INVARIANTS.entries()) {
    const wrong = await check(each)
    if (wrong) violate(at + 1, wrong)
  }
}

/** Takes what the log has new, event by event. */
async function read(moment: Moment, tell: (line: string) => void): Promise<void> {
  const { store, tickets, log } = moment
  for (const entry of await store.events({ after: log.length, limit: 10_000 })) {
    tell(`event ${entry.seq}: ${sentence(entry)}`)
    const before = tickets.get(entry.ticket)
    for (const [at, each] of INVARIANTS.entries()) {
      const wrong = each.event?.(moment, entry, before)
      if (wrong) violate(at + 1, wrong)
    }
    tickets.set(entry.ticket, grown(entry, before))
    log.push(entry)
  }
}

function grown({ event, ticket, at }: LogEntry, before: Ticket | undefined): Ticket {
  if (event.type === 'created') return born(ticket, event, at)
  return evolve(before!, event, at)
}

/** Each commit that `main` has got since. */
async function follow(moment: Moment, from: string, to: string): Promise<void> {
  const { disk } = moment.sim
  const fresh = []
  for (const commit of line(disk, to)) {
    if (commit.commit === from) break
    fresh.unshift(commit)
  }
  for (const commit of fresh) {
    for (const [at, each] of INVARIANTS.entries()) {
      const wrong = await each.landing?.(moment, commit)
      if (wrong) violate(at + 1, wrong)
    }
    moment.landed.push(commit)
  }
}

/** Done, or nobody but a person can go on with it; what waits for such a ticket waits, too. */
export function isOver(ticket: Ticket, tickets: Map<number, Ticket>, above: number[] = []): boolean {
  const { stage, blockedBy } = ticket
  if (stage.status === 'done') return true
  if (stage.status === 'in_progress') return !stage.leased
  if (stage.status === 'ready') return stage.held.length > 0 || stage.work === null
  if (stage.assignedTo !== null) return stage.assignedTo === HUMAN || stage.assignedTo.length > 0
  if (fleetWaits(tickets)) return true
  return blockedBy.some((id) => {
    const blocker = tickets.get(id)
    if (!blocker || blocker.stage.status === 'done' || above.includes(id)) return false
    return isOver(blocker, tickets, [...above, ticket.id])
  })
}

/** The swarm itself has asked a person, and claims nothing until there is an answer. */
const fleetWaits = (tickets: Map<number, Ticket>): boolean =>
  [...tickets.values()].some(
    ({ type, createdBy, stage }) => type === 'question' && createdBy === 'swarm' && stage.status === 'open',
  )

const unsettled = (tickets: Map<number, Ticket>): Ticket[] =>
  [...tickets.values()].filter((ticket) => !isOver(ticket, tickets))
