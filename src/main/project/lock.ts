/**
 * One server for each project. The lock is an exclusive transaction on a file of its own: the operating system lets go
 * of it when the process ends, however it ends, and no other process can be taken for its owner.
 */
import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs'
import { type Database, loadDriver } from '../../stores/sqlite/driver.ts'

export interface Lock {
  release(): void
  /** What became of its file when others can lock it now; null while it is there. */
  lost(): 'was removed' | 'was replaced' | null
}

/** Milliseconds for which somebody who only asks may hold us up. */
const PATIENCE = 500
const BUSY = 5

/** Null: another process has it. */
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

/** Which file it is, whatever its name; null when there is none. */
function fileAt(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true })
  return stat ? `${stat.dev} ${stat.ino}` : null
}

/** Whether a living process has the lock. */
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
