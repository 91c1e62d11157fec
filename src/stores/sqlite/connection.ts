/** One open database: statements by name, prepared at their first use, and errors as Trouble. */
import { Trouble, type TroubleCode } from '../../ports/trouble.ts'
import { namedSql } from '../named-sql.ts'
import type { Row } from '../rows/fields.ts'
import { BUSY_TIMEOUT, type Database, type Driver, refuseVulnerable } from './driver.ts'
import readsSql from './reads.sql'
import { type Params, type Prepared, prepare, type Value } from './statement.ts'
import writesSql from './writes.sql'

/** Reads and writes of a database, by the names of statements. */
export interface Queries {
  one(name: string, params?: Params): Row | undefined
  all(name: string, params?: Params): Row[]
  /** Runs a statement and gives the number of rows that it changed. */
  run(name: string, params?: Params): number
  /** Runs a statement given as text; gives all of its rows. */
  query(text: string, params: Value[]): Row[]
  /** Runs a statement given as text; gives arrays of values, for long lists. */
  arrays(text: string, params: Value[]): unknown[][]
}

/** Connection to a database. Everything in it throws Trouble when SQLite or the disk fails. */
export interface Connection extends Queries {
  exec(sql: string): void
  /** Begins a transaction that may write; false when another one is open. Does not wait. */
  tryBegin(): boolean
  inTransaction(): boolean
  close(): void
}

/** Statement that moves commits from the write-ahead log into the file, so that a copy of the file alone is whole. */
export const SETTLE = 'PRAGMA wal_checkpoint(PASSIVE)'

const sql = namedSql(`${readsSql}\n${writesSql}`)

/** Opens a database file. Throws Trouble for a SQLite that may corrupt it. */
export function openConnection(path: string, driver: Driver): Connection {
  const database = telling(() => driver.open(path))
  const connection = connect(database)
  try {
    refuseVulnerable(telling(() => driver.version(database)))
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

function connect(database: Database): Connection {
  const statements = new Map<string, Prepared>()
  function prepared(key: string, text: (key: string) => string): Prepared {
    const known = statements.get(key)
    if (known) return known
    const statement = prepare(database, text(key))
    statements.set(key, statement)
    return statement
  }
  return {
    one: (name, params = []) => telling(() => prepared(name, sql).one(params)),
    all: (name, params = []) => telling(() => prepared(name, sql).all(params)),
    run: (name, params = []) => telling(() => prepared(name, sql).run(params)),
    query: (text, params) => telling(() => prepared(text, String).all(params)),
    arrays: (text, params) => telling(() => prepared(text, String).arrays(params)),
    exec: (text) => telling(() => database.exec(text)),
    tryBegin: () => tryBegin(database),
    inTransaction: () => database.isTransaction,
    close: () => telling(() => database.close()),
  }
}

function tryBegin(database: Database): boolean {
  database.exec('PRAGMA busy_timeout = 0')
  try {
    database.exec('BEGIN IMMEDIATE')
    return true
  } catch (error) {
    if (resultCode(error) === BUSY) return false
    throw toTrouble(error)
  } finally {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`)
  }
}

/** Trouble by SQLite's primary result codes. https://sqlite.org/rescode.html */
const TROUBLES: Record<number, { code: TroubleCode; sentence: string; retryable: boolean }> = {
  5: {
    code: 'store',
    sentence: 'The database is busy: other programs keep writing to it.',
    retryable: true,
  },
  8: {
    code: 'store',
    sentence: 'The database may not be written: look at the permissions of its file and folder.',
    retryable: false,
  },
  10: { code: 'disk', sentence: 'The disk failed while the database was read or written.', retryable: true },
  11: { code: 'store', sentence: 'The database is damaged: restore a backup of it.', retryable: false },
  13: { code: 'disk', sentence: 'The disk is full.', retryable: true },
  14: {
    code: 'store',
    sentence: 'The database cannot be opened: look at the permissions of its file and folder.',
    retryable: false,
  },
  26: { code: 'store', sentence: 'The file is not a database.', retryable: false },
}

const BUSY = 5
/** Trouble of a database that another process holds. */
export const busy = (): Trouble => toTrouble({ errcode: BUSY }) as Trouble

function telling<T>(action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw toTrouble(error)
  }
}

/** Converts failures of the world to Trouble; every other error of SQLite is a bug of ours. */
function toTrouble(cause: unknown): unknown {
  const known = TROUBLES[resultCode(cause)]
  if (known === undefined) return cause
  return new Trouble(known.code, known.sentence, { retryable: known.retryable, cause })
}

/** Primary result code of an error; 0 when it is not SQLite's. */
const resultCode = (error: unknown) => ((error as { errcode?: number }).errcode ?? 0) & 0xff
