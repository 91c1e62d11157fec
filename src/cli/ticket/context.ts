/** What a command is given and what it gives back. Nothing here knows of a process: the gateway runs commands, too. */
import type { Records } from '../../ports/world.ts'
import type { Actor, Refusal } from '../../ticket/commands.ts'

export interface Context {
  /** Opens the tickets, of this database when one is named. Only called by commands that need them. */
  records(dbPath?: string): Promise<Records>
  actor: Actor
  write(text: string): void
  writeError(text: string): void
  readStdin(): Promise<string>
  /** Whether a person reads the output as it comes; then tables fit into `columns`. */
  isTty: boolean
  columns: number
  /** Creates the database or brings it up to date; absent where there is none to migrate. */
  migrate?(dbPath?: string): Promise<Migrated>
}

export interface Migrated {
  /** Versions of the schema; the same when there was nothing to do. */
  from: number
  to: number
  /** Where the old database was copied to, if there was anything in it. */
  backup: string | null
  /** What did not fit and was put right, in one sentence each. */
  repaired: string[]
}

export interface Call<Given> {
  given: Given
  context: Context
  by: Actor
  dbPath: string | undefined
  records(): Promise<Records>
}

/** What a command says when it worked. Only the form that is asked for is made. */
export interface Said {
  text(): string | Promise<string>
  json(): unknown
  /** What was not done just as it was asked, in one sentence for stderr. */
  note?: string | null
}

/** The command line makes no sense, in one sentence: exit 2. */
export interface Misuse {
  misuse: string
}

/** Null: there is nothing to say, and the exit code (1) says so. */
export type Outcome = Said | Refusal | Misuse | null

export const misuse = (sentence: string): Misuse => ({ misuse: sentence })

export const isMisuse = (value: unknown): value is Misuse =>
  typeof value === 'object' && value !== null && 'misuse' in value
