/** The process around the commands, which only `swarm.ts` reads. */
import type { Started } from '../../cli/swarm/host/server.ts'
import type { Terminal } from '../../cli/swarm/host/terminal.ts'

/** Variable that tells a server that `swarm start` waits for its report. */
export const BACKGROUND = 'SWARM_BACKGROUND'

/** Variables of the environment. */
export type Environment = Record<string, string | undefined>

/** Process that a command runs in. */
export interface Process {
  terminal: Terminal
  environment: Environment
  /** Working directory. */
  folder: string
  /** Path of this program. */
  program: string
  /** Aborts with Ctrl-C. */
  signal: AbortSignal
  /** Sends the report to the `swarm start` that started this process in the background; null when none did. */
  report: ((report: Report) => Promise<void>) | null
  /** Calls the listener with an unexpected error, and then ends the process. */
  onBug(listener: (bug: string) => void): void
}

/** Report of a background server to the process that started it. */
export type Report = { started: Started } | { refused: string } | { progress: string }
