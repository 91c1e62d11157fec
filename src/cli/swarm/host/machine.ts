/** Machine, as far as commands are told of it. */
import type { ForeignTicket } from '../../../api/client.ts'

/** The machine: its clock, its files, its browser, and what the swarm needs of it. */
export interface Machine {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms`, or with either signal. */
  pause(ms: number, signal?: AbortSignal): Promise<void>
  /** The bytes of a file; `-` is standard input. */
  read(path: string): Buffer
  /** Shows a page in the person's browser; false where there is none. */
  browse(url: string): boolean
  /** Runs the demo with these arguments until it ends; gives its exit code. */
  demo(args: readonly string[]): Promise<number>
  /** Looks at what the swarm needs of this machine, for the project that we are in if there is one. */
  examine(): Promise<Check[]>
  /** Tickets of a database of the original swarm, or of ours. */
  originalTickets(path: string): Promise<Found>
}

/** One thing that `swarm doctor` looked at, and its state. */
export interface Check {
  /** Name of the thing, in a word or two. */
  name: string
  /** `wrong`: agents cannot work like this. `doubtful`: they can, and something is less than it could be. */
  state: 'good' | 'doubtful' | 'wrong'
  found: string
  /** Advice to the person; null when all is well. */
  advice: string | null
  /** Bytes that it takes of the disk, where that was looked at. */
  bytes?: number
}

/** Tickets in a file of another tracker, or of the original swarm. */
export interface Found {
  /** Source of the keys; the same again at the next export. */
  source: string
  tickets: ForeignTicket[]
  /** Done already, so not brought in. */
  done: number
}
