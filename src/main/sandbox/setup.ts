/** What a server stands on: its sandboxes, and what is known of them. */
import type { Sandboxes } from '../../ports/sandbox.ts'
import type { Settings } from '../../settings/settings.ts'
import type { Environment } from '../machine/environment.ts'
import type { ProjectPaths } from '../project/paths.ts'

export interface SandboxSetup {
  sandboxes: Sandboxes
  /** For files on their way between a sandbox and the repository. */
  scratch: string
  /** Where sandboxes keep files on this machine's disks. */
  folders: string[]
  /** Why this kind, and what it means for the person. */
  why: string
  programs: ProgramsInside
  /** Ends what is still open, in a short time; gives the names of what is left. What ends with this process is not. */
  endOpen(): Promise<string[]>
  /** Removes the working folders, as far as nothing is left in them. */
  clear(): void
}

/** How the programs of harnesses are called inside. */
export interface ProgramsInside {
  node: string
  scripted: string
  /** That of the harness itself, where it has one; null: the one of this machine. */
  harness: string | null
}

export interface Site {
  paths: ProjectPaths
  environment: Environment
  settings: () => Settings
  /** One line for the server's log. */
  note: (line: string) => void
  /** One line for whoever waits for the start. */
  progress: (line: string) => void
  signal: AbortSignal
}

/** What one kind adds to the folders that all have. */
export type Chosen = Pick<SandboxSetup, 'sandboxes' | 'why' | 'programs'> &
  Partial<Pick<SandboxSetup, 'clear' | 'endOpen' | 'folders'>>
