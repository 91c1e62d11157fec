/** Context of a command, and its results. Nothing here knows of a process: the gateway runs commands, too. */
import type { Records } from '../../ports/world.ts'
import type { Actor, Refusal } from '../../ticket/commands.ts'

/** Surroundings of a command. */
export interface Context {
  /** Opens the tickets, of this database when one is named. Called only by commands that need them. */
  records(dbPath?: string): Promise<Records>
  actor: Actor
  write(text: string): void
  writeError(text: string): void
  readStdin(): Promise<string>
  /** True when a person reads the output as it comes; tables then fit into `columns`. */
  isTty: boolean
  columns: number
  /** Creates or upgrades the database; absent where there is none to migrate. */
  migrate?(dbPath?: string): Promise<Migrated>
}

/** Result of a migration. */
export interface Migrated {
  /** Versions of the schema before and after; equal when there was nothing to do. */
  from: number
  to: number
  /** Path of the old database's copy; null when it was empty. */
  backup: string | null
  /** Repairs of data that did not fit, in one sentence each. */
  repaired: string[]
}

/** Call of a command. */
export interface Call<Given> {
  given: Given
  context: Context
  by: Actor
  dbPath: string | undefined
  records(): Promise<Records>
}

/** Output of a successful command. Only the requested form is made. */
export interface Said {
  text(): string | Promise<string>
  json(): unknown
  /** Deviation from the request, in one sentence for stderr. */
  note?: string | null
}

/** Result of a command. Null: there is no output, and the exit code (1) says so. */
export type Outcome = Said | Refusal | null
