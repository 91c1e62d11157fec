/** The server of a project, and the way to it. */
import type { Client } from '../../../api/client.ts'
import type { LeftBehind } from '../../../ticket/left-behind.ts'

/** Reaches, starts and stops the server. */
export interface Serving {
  /** The API: the running server's, or else the same one in this process. */
  link(): Promise<Link>
  start(flags: Record<string, string>): Promise<Started | Running>
  /** Serves until it is stopped; gives the exit code. */
  serve(flags: Record<string, string>): Promise<number>
  stop(): Promise<Stopped>
  /** Builds the image of the sandboxes anew; null where they have none. */
  regenerate(): Promise<string | null>
}

/** Connection to the API, to be closed after use. */
export interface Link {
  client: Client
  /** Null when no server runs. */
  server: Server | null
  close(): Promise<void>
}

/** Running server: its process and its address. */
export interface Server {
  pid: number
  url: string
}

/** Server that ran already when a start was asked for. */
export interface Running extends Server {
  already: true
  /** Signs one browser in, once. */
  login: string
}

/** Server that was started now, and what it found. */
export interface Started extends Omit<Running, 'already'> {
  already: false
  agents: number
  harness: string
  sandbox: { kind: string; why: string }
  /** The port that was wanted and taken; null when it was free. */
  insteadOf: number | null
  found: LeftBehind
}

/** Result of stopping a server. */
export interface Stopped {
  /** Null: there was nothing to stop. */
  server: Server | null
  how: 'asked' | 'signalled' | 'killed'
  /** Tickets that were under way and are open again; null: not known, its tickets are of another version. */
  handedBack: number[] | null
  /** Tickets that it had no time to hand back: the next start does. */
  underWay: number[]
  sandboxes: Leftovers
}

/** Sandboxes that a server did not end itself. */
export interface Leftovers {
  /** Number of sandboxes that were ended in its place. */
  ended: number
  /** The names of those that are still there. */
  left: string[]
  /** Reason why some are left, or why nobody knows whether there are any; null when there are none. */
  why: string | null
}
