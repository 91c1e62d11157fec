/** What an invariant is: a check, and the moments at which it is asked. */
import type { CommitInfo } from '../../src/ports/repo.ts'
import type { Store } from '../../src/ports/store.ts'
import type { LogEntry } from '../../src/ticket/events.ts'
import type { Ticket } from '../../src/ticket/ticket.ts'
import type { Simulation } from './stage.ts'
import type { Tables } from './tables.ts'

export interface Moment {
  sim: Simulation
  /** A connection of its own, that only reads. */
  store: Store
  tables: Tables
  /** The log, folded. */
  tickets: Map<number, Ticket>
  log: LogEntry[]
  /** Commits of `main` after the first, oldest first. */
  landed: CommitInfo[]
  /** What a check remembers from one moment to the next. */
  memory: Map<string, number>
}

/** In a sentence; null when all is well. */
export type Wrong = string | null

export interface Invariant {
  name: string
  sentence: string
  event?(moment: Moment, entry: LogEntry, before: Ticket | undefined): Wrong
  landing?(moment: Moment, commit: CommitInfo): Wrong | Promise<Wrong>
  change?(moment: Moment): Promise<Wrong>
  pulse?(moment: Moment): Promise<Wrong>
  end?(moment: Moment): Promise<Wrong>
}
