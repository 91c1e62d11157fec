/**
 * Lock for one server per project: an exclusive transaction on a file of its own. The operating system releases it when
 * the process ends, however it ends, and no other process can be mistaken for its owner.
 */
import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs'
import { type Database, loadDriver } from '../../stores/sqlite/driver.ts'

/** Lock that this process holds. */
export interface Lock {
  release(): void
  /** Reason why others can lock now, as its file is gone; null while it is in place. */
  lost(): 'was removed' | 'was replaced' | null
}

/** Milliseconds for which another process that only checks the lock may delay us. */
const PATIENCE = 500
const BUSY = 5

/** Takes the lock; null when another process has it. */
export function takeLock(path: string): Lock | null {
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
  const taken = fileAt(path)
  const database = attempt(
    path,
    `PRAGMA busy_timeout = ${PATIENCE}; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE`,
  )
  if (database === null) return null
  const lost = () => {
    const now = fileAt(path)
    if (now === taken) return null
    return now === null ? 'was removed' : 'was replaced'
  }
  return { release: () => database.close(), lost }
}

/** Identity of the file at a path, whatever its name; null when it is missing. */
function fileAt(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true })
  return stat ? `${stat.dev} ${stat.ino}` : null
}

/** True when a living process has the lock. */
export function isLocked(path: string): boolean {
  if (!existsSync(path)) return false
  const database = attempt(path, 'PRAGMA busy_timeout = 0; BEGIN; SELECT count(*) FROM sqlite_master')
  database?.close()
  return database === null
}

function attempt(path: string, sql: string): Database | null {
  const database = loadDriver().open(path)
  try {
    database.exec(sql)
    return database
  } catch (error) {
    database.close()
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === BUSY) return null
    throw error
  }
}
