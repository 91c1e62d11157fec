/** Everything that `life/` may reach, bound together by `main/`. */
import type { Clock } from './clock.ts'
import type { Harness } from './harness.ts'
import type { Repo } from './repo.ts'
import type { Sandboxes } from './sandbox.ts'
import type { Settings } from './settings.ts'
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
  /** Read anew at each use: some change while the server runs. */
  settings: () => Settings
  /** What an agent is told to do always. */
  manual: string
  /** Gives an attempt its own door to the agent API, and closes it. */
  door: Door
  /** A folder of the host for files on their way between a sandbox and the repository. */
  scratch: string
  /** One line for the server's log. */
  note: (line: string) => void
  /** One line of what a gate run prints, for the gate's log. */
  gateLog: (line: string) => void
}

/** The agent's part of the gateway: who holds the token may speak for that attempt, and nobody else. */
export interface Door {
  open(attempt: { ticket: number; attempt: number; agent: string }): {
    /** Variables that let the `ticket` program in the sandbox reach the gateway. */
    env: Record<string, string>
    /** Programs to put on the sandbox's PATH: name → content. */
    programs: Record<string, string>
    close(): void
  }
}
