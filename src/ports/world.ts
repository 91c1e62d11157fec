/** Everything that `life/` may reach, bound together by `main/`. */
import type { Clock } from './clock.ts'
import type { GatewayEvent, Seen } from './gateway.ts'
import type { Harness } from './harness.ts'
import type { Post } from './notifier.ts'
import type { Repo } from './repo.ts'
import type { Reach, Sandboxes } from './sandbox.ts'
import type { Settings } from './settings.ts'
import type { Shelf } from './shelf.ts'
import type { Store } from './store.ts'
import type { Transcripts } from './transcripts.ts'

/** What the verbs that people ask for need: the store and the time. */
export interface Desk {
  store: Store
  clock: Clock
}

export interface World extends Desk {
  repo: Repo
  sandboxes: Sandboxes
  harness: Harness
  transcripts: Transcripts
  /** The harness's own files of a session, by ticket, for the next attempt. */
  sessions: Shelf
  /** Read anew at each use: some change while the server runs. */
  settings: () => Settings
  /** What an agent is told to do always. */
  manual: string
  /** The same for one that only reads and proposes. */
  scoutManual: string
  /** Opens the gateway for one attempt or gate run. */
  door: Door
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

/** The gateway's openings, each with a token of its own: who holds it may do what this one opening allows. */
export interface Door {
  /** For an attempt: its agent may speak, and reach the model. */
  open(attempt: AttemptDoor): Promise<Opening & Seen>
  /** For a gate run: nobody may speak; it reads git, and reaches what the settings let a gate reach. */
  openGate(gate: { name: string; reach: Reach; tell: (event: GatewayEvent) => void }): Promise<Opening>
}

export interface AttemptDoor {
  ticket: number
  attempt: number
  agent: string
  reach: Reach
  /** Called with each thing that the gateway sees, as it happens: for the transcript. */
  tell: (event: GatewayEvent) => void
}

export interface Opening {
  /** Variables that let programs in the sandbox reach the gateway. */
  env: Record<string, string>
  /** Programs to put on the sandbox's PATH: name → content. */
  programs: Record<string, string>
  /** Where `gateway.sock` is; null when the gateway is reached by loopback, or not at all. */
  socketFolder: string | null
  /** Its token is worth nothing from then on. Safe to call twice. */
  close(): Promise<void>
}
