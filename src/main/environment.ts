/** The process around the commands, which only `swarm.ts` reads. */
import type { Terminal } from '../cli/swarm/host.ts'

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
}
