/** Ports that `life/` may reach, bound together by `main/`. */

import type { Settings } from '../settings/settings.ts'
import type { Archives } from './archives.ts'
import type { Clock } from './clock.ts'
import type { GatewayEvent, Seen } from './gateway.ts'
import type { Harness } from './harness.ts'
import type { Post } from './notifier.ts'
import type { Repo } from './repo.ts'
import type { Reach, Sandboxes } from './sandbox.ts'
import type { Store } from './store.ts'
import type { Transcripts } from './transcripts.ts'

/** Store and time: all that a person's commands need. */
export interface Records {
  store: Store
  clock: Clock
}

/** Everything that a running swarm needs. */
export interface World extends Records {
  repo: Repo
  sandboxes: Sandboxes
  harness: Harness
  transcripts: Transcripts
  /** The harness's own files of a session, by ticket, for the next attempt. */
  sessions: Archives
  /** Reads the settings anew at each use: some change while the server runs. */
  settings: () => Settings
  /** Manual of agents: their standing orders. */
  manual: string
  /** Manual of an agent that only reads and proposes. */
  proposingManual: string
  /** Opens the gateway for one attempt or gate run. */
  gateway: GatewaySessions
  /** Channels to notify people. */
  post: Post
  /** A folder of the host for files on their way between a sandbox and the repository. */
  scratch: string
  /** Random number in [0, 1), used as retry jitter. */
  random: () => number
  /** Shortage on the disk, in one sentence; null while there is room. */
  diskShortage: () => Promise<string | null>
  /** Writes one line to the server's log. */
  note: (line: string) => void
  /** Writes one line of a gate run's output to the gate's log. */
  gateLog: (line: string) => void
}

/** The part of it that a gate run needs. */
export interface GateWorld
  extends Pick<World, 'store' | 'clock' | 'repo' | 'sandboxes' | 'settings' | 'gateLog'> {
  gateway: Pick<GatewaySessions, 'openGate'>
}

/** The sessions of the gateway, each with a token of its own: who holds it may do what this one session allows. */
export interface GatewaySessions {
  /** Opens a session for an attempt: its agent may call the swarm, and reach the model. */
  open(attempt: SessionOwner): Promise<GatewaySession & Seen>
  /**
   * Opens a session for a gate run: it may read git and reach what the settings allow a gate, but not call the swarm.
   */
  openGate(gate: { name: string; reach: Reach; tell: (event: GatewayEvent) => void }): Promise<GatewaySession>
}

/** Attempt that a gateway session is opened for. */
export interface SessionOwner {
  ticket: number
  attempt: number
  agent: string
  reach: Reach
  /** Receives each thing that the gateway sees, as it happens: for the transcript. */
  tell: (event: GatewayEvent) => void
}

/** One open session of the gateway. */
export interface GatewaySession {
  /** Variables that let programs in the sandbox reach the gateway. */
  env: Record<string, string>
  /** Programs to put on the sandbox's PATH: name → content. */
  programs: Record<string, string>
  /** Folder that holds `gateway.sock`; null when the gateway is reached by loopback, or not at all. */
  socketFolder: string | null
  /** Makes the token worthless. Safe to call twice. */
  close(): Promise<void>
}
