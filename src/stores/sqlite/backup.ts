/** A copy of the database, taken under the lock of whoever is about to change it, and checked before it counts. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { Trouble } from '../../ports/trouble.ts'
import { type Connection, openConnection } from './connection.ts'
import type { Driver } from './driver.ts'

/** Names of the tables that hold something of somebody's. */
export function tables(connection: Connection): string[] {
  return connection
    .query(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
      [],
    )
    .map(({ name }) => String(name))
}

/**
 * Copies the database to `wanted`, or to the next free name after it, and gives that name. `locked` holds the write
 * lock and has changed nothing yet; the copy is read by a connection of its own.
 */
export function backUp(
  locked: Connection,
  { path, wanted }: { path: string; wanted: string },
  driver: Driver,
) {
  const unfinished = `${wanted}.unfinished`
  rmSync(unfinished, { force: true })
  const reader = openConnection(path, driver)
  try {
    reader.query('VACUUM INTO ?', [unfinished])
  } finally {
    reader.close()
  }
  const copy = openConnection(unfinished, driver)
  try {
    if (contents(copy) !== contents(locked) || !isIntact(copy))
      throw new Trouble('store', 'The backup does not match the database, so nothing was upgraded.')
  } finally {
    copy.close()
  }
  return keep(unfinished, wanted)
}

/** VACUUM INTO does not wait for the disk; a backup must. */
export function keep(unfinished: string, wanted: string): string {
  const file = openSync(unfinished, 'r+')
  fsyncSync(file)
  closeSync(file)
  const backup = free(wanted)
  renameSync(unfinished, backup)
  return backup
}

function free(wanted: string): string {
  let name = wanted
  for (let n = 2; existsSync(name); n++) name = `${wanted}-${n}`
  return name
}

/** How many rows each table has. */
const contents = (connection: Connection) =>
  tables(connection)
    .map((table) => `${table} ${connection.query(`SELECT count(*) AS n FROM "${table}"`, [])[0]?.n}`)
    .join('\n')

export const isIntact = (connection: Connection) =>
  connection.query('PRAGMA integrity_check', [])[0]?.integrity_check === 'ok'
