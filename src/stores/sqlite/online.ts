/** Copy of the database while others write it, read back before it counts. */
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { LANDING_STATUSES } from '../../ports/attempts.ts'
import type { Store } from '../../ports/store.ts'
import { Trouble } from '../../ports/trouble.ts'
import { isIntact, keep } from './backup.ts'
import { openConnection } from './connection.ts'
import { loadDriver } from './driver.ts'
import { openSqlite } from './store.ts'

/** Ending of a copy that is not yet read back; a killed program leaves one. */
export const UNFINISHED = '.unfinished'

/**
 * Copies the database to `to`, or to the next free name, and gives that name. Throws Trouble when it cannot be read
 * back.
 */
export async function copyOnline(from: string, to: string): Promise<{ path: string; tickets: number }> {
  // Another program may be copying to the same name at this moment.
  const unfinished = `${to}.${randomUUID()}${UNFINISHED}`
  try {
    snapshot(from, unfinished)
    const tickets = await readBack(unfinished)
    return { path: keep(unfinished, to), tickets }
  } finally {
    rmSync(unfinished, { force: true })
  }
}

/** Writes the database at `from`, with its log, as one new file. */
export function snapshot(from: string, to: string): void {
  const reader = openConnection(from, loadDriver())
  try {
    reader.query('VACUUM INTO ?', [to])
  } finally {
    reader.close()
  }
}

/** Counts the tickets of a database. Throws Trouble unless SQLite finds the file intact and every row loads. */
export async function readBack(path: string): Promise<number> {
  const connection = openConnection(path, loadDriver())
  try {
    if (!isIntact(connection)) throw new Trouble('store', `${path} is damaged.`, { retryable: false })
  } finally {
    connection.close()
  }
  const store = await openSqlite({ path })
  try {
    return await loadAll(store)
  } finally {
    await store.close()
  }
}

const PIECE = 2000

async function loadAll(store: Store): Promise<number> {
  let tickets = 0
  for (let after = 0, piece = PIECE; piece === PIECE; ) {
    const loaded = await store.tickets({ after, limit: PIECE })
    piece = loaded.length
    tickets += piece
    after = loaded.at(-1)?.id ?? after
  }
  for (let after = 0, piece = PIECE; piece === PIECE; ) {
    const loaded = await store.events({ after, limit: PIECE })
    piece = loaded.length
    after = loaded.at(-1)?.seq ?? after
  }
  await store.attempts({})
  for (const status of LANDING_STATUSES) await store.landings({ status })
  return tickets
}
