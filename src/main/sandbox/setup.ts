/** Setup of sandboxes: the adapter, and the facts about it. */
import type { Sandboxes } from '../../ports/sandbox.ts'
import type { Settings } from '../../settings/settings.ts'
import type { Environment } from '../machine/environment.ts'
import type { ProjectPaths } from '../project/paths.ts'

/** Sandboxes of a server, and their folders. */
export interface SandboxSetup {
  sandboxes: Sandboxes
  /** Folder for files on their way between a sandbox and the repository. */
  scratch: string
  /** Folders of sandboxes on this machine's disks. */
  folders: string[]
  /** Reason for this kind, and its meaning for the person. */
  why: string
  programs: ProgramsInside
  /**
   * Ends open sandboxes in a short time; gives the names of those that remain. Sandboxes that end with this process do
   * not count.
   */
  endOpen(): Promise<string[]>
  /** Removes the empty working folders. */
  clear(): void
}

/** Paths of the harnesses' programs inside. */
export interface ProgramsInside {
  node: string
  scripted: string
  /** Program of the harness itself, where it has one; null: the one of this machine. */
  harness: string | null
}

/** Place that sandboxes are set up for. */
export interface Site {
  paths: ProjectPaths
  environment: Environment
  settings: () => Settings
  /** Writes one line to the server's log. */
  note: (line: string) => void
  /** Shows one line to the person who waits for the start. */
  progress: (line: string) => void
  signal: AbortSignal
}

/** Parts that one kind of sandbox adds to the common ones. */
export type Chosen = Pick<SandboxSetup, 'sandboxes' | 'why' | 'programs'> &
  Partial<Pick<SandboxSetup, 'clear' | 'endOpen' | 'folders'>>
