/** What stands on the stage of one history: the world with its servers, and what everybody in it may do to it. */
import type { Running } from '../../src/life/run.ts'
import type { World } from '../../src/ports/world.ts'
import type { Known } from './known.ts'
import type { Call, Fault, Plan } from './plan.ts'
import type { Disk } from './repo.ts'
import type { Owner, Schedule } from './schedule.ts'
import type { Truth } from './truth.ts'

export interface Simulation {
  plan: Plan
  schedule: Schedule
  truth: Truth
  disk: Disk
  /** The path of the database. */
  database: string
  known: Known
  /** The one that people talk to. */
  process: Process | null
  /** All that live: after a takeover, for a while, two. */
  processes: Set<Process>
  /** Ticket numbers by the names of the plan. */
  ids: Map<string, number>
  /** What the wall clock shows; it may jump. */
  wall(): number
  /** When something last happened that the swarm needs time to get over. */
  lastTrouble: number
  account(): { limited: number | null; told: boolean } | 'expired' | 'fine'
  isFull(): boolean
  faultAt(call: Call): Fault | undefined
  /** A chance time around the usual one. */
  time(usual: number): number
  kill(process: Process): void
  tell(line: string): void
}

/** A server, as something that can die anywhere. */
export interface Process extends Owner {
  number: number
  world: World
  running: Running | null
  /** How many transactions it has open; the store's lock is its own then. */
  open: number
  /** It dies in the next transaction that has written something. */
  doomed: boolean
  /** Each takes a sleeper's ear from its signal: Node keeps for ever what listens to a signal that never comes. */
  asleep: Set<() => void>
  end(): void
}
