/** Everything that `life/` may reach, bound together by `main/`. */

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

/** What the verbs that people ask for need: the store and the time. */
export interface Records {
  store: Store
  clock: Clock
}

export interface World extends Records {
  repo: Repo
  sandboxes: Sandboxes
  harness: Harness
  transcripts: Transcripts
  /** The harness's own files of a session, by ticket, for the next attempt. */
  sessions: Archives
  /** Read anew at each use: some change while the server runs. */
  settings: () => Settings
  /** What an agent is told to do always. */
  manual: string
  /** The same for one that only reads and proposes. */
  proposingManual: string
  /** Opens the gateway for one attempt or gate run. */
  gateway: GatewaySessions
  /** How people are told. */
  post: Post
  /** A folder of the host for files on their way between a sandbox and the repository. */
  scratch: string
  /** From 0 up to 1, so that not everybody does the same in the same second. */
  random: () => number
  /** What the disk has too little of, in one sentence; null while there is room. */
  diskShortage: () => Promise<string | null>
  /** One line for the server's log. */
  note: (line: string) => void
  /** One line of what a gate run prints, for the gate's log. */
  gateLog: (line: string) => void
}

/** The part of it that a gate run needs. */
export interface GateWorld
  extends Pick<World, 'store' | 'clock' | 'repo' | 'sandboxes' | 'settings' | 'gateLog'> {
  gateway: Pick<GatewaySessions, 'openGate'>
}

/** The sessions of the gateway, each with a token of its own: who holds it may do what this one session allows. */
export interface GatewaySessions {
  /** For an attempt: its agent may speak, and reach the model. */
  open(attempt: SessionOwner): Promise<GatewaySession & Seen>
  /** For a gate run: nobody may speak; it reads git, and reaches what the settings let a gate reach. */
  openGate(gate: { name: string; reach: Reach; tell: (event: GatewayEvent) => void }): Promise<GatewaySession>
}

export interface SessionOwner {
  ticket: number
  attempt: number
  agent: string
  reach: Reach
  /** Called with each thing that the gateway sees, as it happens: for the transcript. */
  tell: (event: GatewayEvent) => void
}

export interface GatewaySession {
  /** Variables that let programs in the sandbox reach the gateway. */
  env: Record<string, string>
  /** Programs to put on the sandbox's PATH: name → content. */
  programs: Record<string, string>
  /** Where `gateway.sock` is; null when the gateway is reached by loopback, or not at all. */
  socketFolder: string | null
  /** Its token is worth nothing from then on. Safe to call twice. */
  close(): Promise<void>
}
