/** One open database: statements by name, prepared when first used, and errors told as Trouble. */
import { Trouble, type TroubleCode } from '../../ports/trouble.ts'
import { cleanText } from '../clean-text.ts'
import { namedSql } from '../named-sql.ts'
import type { Row } from '../rows/fields.ts'
import { type Database, type Driver, refuseVulnerable, type Statement } from './driver.ts'
import readsSql from './reads.sql'
import writesSql from './writes.sql'

export type Value = string | number | null
export type Params = Value[] | Record<string, Value>

/** What reads and writes need of a database: statements by name. */
export interface Queries {
  one(name: string, params?: Params): Row | undefined
  all(name: string, params?: Params): Row[]
  /** Gives the number of rows that it changed. */
  run(name: string, params?: Params): number
  /** For a statement that was put together: all of its rows. */
  query(text: string, params: Value[]): Row[]
}

export interface Connection extends Queries {
  exec(sql: string): void
  inTransaction(): boolean
  close(): void
}

const sql = namedSql(`${readsSql}\n${writesSql}`)

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
  const statements = new Map<string, Statement>()
  function prepared(key: string, text: (key: string) => string): Statement {
    const known = statements.get(key)
    if (known) return known
    const statement = database.prepare(text(key))
    statements.set(key, statement)
    return statement
  }
  return {
    one: (name, params = []) => telling(() => prepared(name, sql).get(...bound(params))),
    all: (name, params = []) => telling(() => prepared(name, sql).all(...bound(params))),
    run: (name, params = []) => telling(() => Number(prepared(name, sql).run(...bound(params)).changes)),
    query: (text, params) => telling(() => prepared(text, String).all(...bound(params))),
    exec: (text) => telling(() => database.exec(text)),
    inTransaction: () => database.isTransaction,
    close: () => telling(() => database.close()),
  }
}

/** Positional parameters one by one, named ones as the one object that the driver wants; texts clean. */
function bound(params: Params): unknown[] {
  if (Array.isArray(params)) return params.map(bindable)
  const named: Record<string, Value> = {}
  for (const name in params) named[name] = bindable(params[name] as Value)
  return [named]
}

const bindable = (value: Value) => (typeof value === 'string' ? cleanText(value) : value)

/** SQLite's primary result codes. https://sqlite.org/rescode.html */
const TROUBLES: Record<number, { code: TroubleCode; sentence: string; retryable: boolean }> = {
  5: {
    code: 'store',
    sentence: 'The database is busy: another program has been writing to it for ten seconds.',
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

/** Turns what the world did to the database into Trouble; anything else that SQLite says is a bug of ours. */
function telling<T>(action: () => T): T {
  try {
    return action()
  } catch (cause) {
    const known = TROUBLES[((cause as { errcode?: number }).errcode ?? 0) & 0xff]
    if (known === undefined) throw cause
    throw new Trouble(known.code, known.sentence, { retryable: known.retryable, cause })
  }
}
