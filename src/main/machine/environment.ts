/** The process around the commands, which only `swarm.ts` reads. */
import type { Started } from '../../cli/swarm/host/server.ts'
import type { Terminal } from '../../cli/swarm/host/terminal.ts'

/** The variable by which a server knows that `swarm start` waits for its report. */
export const BACKGROUND = 'SWARM_BACKGROUND'

export type Environment = Record<string, string | undefined>

export interface Process {
  terminal: Terminal
  environment: Environment
  /** The working directory. */
  folder: string
  /** The path of this very program. */
  program: string
  /** Aborts with Ctrl-C. */
  signal: AbortSignal
  /** Tells the `swarm start` that started this process in the background how it went; null when none did. */
  report: ((report: Report) => Promise<void>) | null
  /** Calls the listener with what no code was ready for, and then ends the process. */
  onBug(listener: (bug: string) => void): void
}

/** What a server in the background tells whoever started it. */
export type Report = { started: Started } | { refused: string } | { progress: string }
