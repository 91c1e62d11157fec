/** Replacement of the present database by another one, at once. Nobody may have either of them open. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { Trouble } from '../../ports/trouble.ts'
import { type Connection, openConnection } from './connection.ts'
import { loadDriver } from './driver.ts'

/** Paths of the exchange. */
export interface Exchange {
  path: string
  /** New database; its file is moved to `path`. */
  fresh: string
  /** Later name of the present database: a program that still writes to it writes here. */
  aside: string
}

/**
 * Replaces the database. Gives false when there was none to put aside; a damaged one is put aside as it is. Throws
 * Trouble while another program uses it.
 */
export function exchange({ path, fresh, aside }: Exchange): boolean {
  const isThere = existsSync(path)
  const held = isThere ? hold(path) : null
  try {
    if (isThere) keepAs(path, aside)
    // The log of the old file would be played back onto the new one.
    if (held === null)
      for (const part of PARTS) if (existsSync(path + part)) keepAs(path + part, aside + part)
    if (held === null) for (const part of PARTS) rmSync(path + part, { force: true })
    sync(fresh)
    renameSync(fresh, path)
    sync(dirname(path))
    return isThere
  } finally {
    held?.exec('ROLLBACK')
    held?.close()
  }
}

/** Endings of the files that SQLite has beside an open database, or one whose program was killed. */
const PARTS = ['-wal', '-shm']

/** Moves the log into the file, and locks everybody out; null for a damaged database. */
function hold(path: string): Connection | null {
  let connection: Connection | null = null
  try {
    connection = openConnection(path, loadDriver())
    // Not prepared: the SQLite that comes along keeps a connection open for as long as it has statements.
    connection.exec('PRAGMA journal_mode = DELETE')
    connection.exec('BEGIN EXCLUSIVE')
    return connection
  } catch (error) {
    connection?.close()
    if (isDamage(error)) return null
    throw isBusy(error) ? inUse() : error
  }
}

const inUse = () =>
  new Trouble(
    'store',
    'Another program has the tickets open, so they cannot be exchanged now. End it and try again.',
  )

const resultCode = (error: unknown) =>
  error instanceof Trouble ? ((error.cause as { errcode?: number })?.errcode ?? 0) & 0xff : 0
/** Damage, by result code: SQLITE_CORRUPT, SQLITE_NOTADB. https://sqlite.org/rescode.html */
const isDamage = (error: unknown) => [11, 26].includes(resultCode(error))
/** Locks, by result code: SQLITE_BUSY, SQLITE_LOCKED. */
const isBusy = (error: unknown) => [5, 6].includes(resultCode(error))

/** Makes a second name for the same file; a copy where the file system has no links. */
function keepAs(path: string, name: string): void {
  try {
    linkSync(path, name)
  } catch {
    copyFileSync(path, name)
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r')
  fsyncSync(file)
  closeSync(file)
}
