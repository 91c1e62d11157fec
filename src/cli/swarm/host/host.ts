/**
 * Surroundings of the commands: a terminal, a machine, and a project with the swarm's part of it. `main/` makes them.
 */
import type { Accounts } from './accounts.ts'
import type { Backups } from './backups.ts'
import type { History } from './landed.ts'
import type { Machine } from './machine.ts'
import type { Serving } from './server.ts'
import type { Configuration, SettingHelp } from './settings.ts'
import type { Revision, Setup } from './setup.ts'
import type { Terminal } from './terminal.ts'

/** Surroundings of a command, with the settings and the credential for the model. */
export interface Host extends Terminal, Machine, Setup {
  version: string
  build: string
  /** A setting of `.swarm/config.json` is also a flag of `start` and a variable of the environment. */
  settings: readonly SettingHelp[]
  /** Aborts with Ctrl-C. */
  signal: AbortSignal
  /** The credential for the model. */
  accounts: Accounts
  /** The project that we are in, or that this folder is in; null outside of any. */
  project(folder?: string): Project | null
}

/** Project, with its server, history, backups and settings. */
export interface Project extends Serving, History, Backups, Configuration, Revision {
  root: string
  name: string
}
