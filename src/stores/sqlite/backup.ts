/** Copies of the database, made under the lock of whoever is about to change it, and checked before they count. */
import { closeSync, constants, copyFileSync, fsyncSync, linkSync, openSync, rmSync } from 'node:fs'
import { Trouble } from '../../ports/trouble.ts'
import { type Connection, openConnection } from './connection.ts'
import type { Driver } from './driver.ts'

/** Lists the tables of a database, without SQLite's own. */
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
 * lock and has changed nothing yet; a connection of its own reads the copy.
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

/**
 * Gives the finished copy its name, or the next free one: two programs at once never get the same. VACUUM INTO does not
 * wait for the disk; a backup must.
 */
export function keep(unfinished: string, wanted: string): string {
  sync(unfinished)
  let name = wanted
  for (let n = 2; !placed(unfinished, name); n++) name = `${wanted}-${n}`
  rmSync(unfinished, { force: true })
  return name
}

/** Links or copies the file to a name; false when the name is taken. */
function placed(file: string, name: string): boolean {
  try {
    linkSync(file, name)
    return true
  } catch (error) {
    if (isTaken(error)) return false
  }
  try {
    copyFileSync(file, name, constants.COPYFILE_EXCL)
    sync(name)
    return true
  } catch (error) {
    if (isTaken(error)) return false
    throw error
  }
}

const isTaken = (error: unknown) => (error as NodeJS.ErrnoException).code === 'EEXIST'

function sync(path: string): void {
  const file = openSync(path, 'r+')
  fsyncSync(file)
  closeSync(file)
}

/** Number of rows in each table. */
const contents = (connection: Connection) =>
  tables(connection)
    .map((table) => `${table} ${connection.query(`SELECT count(*) AS n FROM "${table}"`, [])[0]?.n}`)
    .join('\n')

/** True when SQLite finds the database intact. */
export const isIntact = (connection: Connection) =>
  connection.query('PRAGMA integrity_check', [])[0]?.integrity_check === 'ok'
