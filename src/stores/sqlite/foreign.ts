/**
 * Check that a database is ours and nothing else. A foreign trigger, view or table would act among our tickets as soon
 * as the database is used.
 */
import { Trouble } from '../../ports/trouble.ts'
import { type Connection, openConnection } from './connection.ts'
import { loadDriver } from './driver.ts'
import { emptyAt } from './migrate.ts'
import { isOriginal } from './original/import.ts'
import { currentVersion, refuseVersion, SCHEMA_VERSION } from './version.ts'

/**
 * Throws Trouble unless `path` is a database of tickets: our schema at any of its versions with exactly its parts, or
 * the original's. A database of a newer program is refused, too.
 */
export function refuseForeign(path: string): void {
  const connection = openConnection(path, loadDriver())
  try {
    // Before anything of it is read: a view can have the name of a table, and take for ever.
    const views = parts(connection).filter(({ type }) => type === 'view' || type === 'trigger')
    const version = views.some(({ type }) => type === 'view') ? SCHEMA_VERSION : currentVersion(connection)
    if (version !== null && version > SCHEMA_VERSION) refuseVersion(version)
    const fresh = version === null ? null : emptyAt(version)
    if (fresh) refuseUnlike(fresh, connection, path)
    else if (!isOriginal(connection)) throw no(`${path} is no database of tickets.`)
    else if (views.length > 0) throw no(`${path} has in it what is not of a swarm: ${named(views)}.`)
  } finally {
    connection.close()
  }
}

/** Tables of the original that our upgrade keeps or does not make. */
const KEPT = ['schema_version', 'original_activity']

function refuseUnlike(fresh: Connection, connection: Connection, path: string): void {
  const [ours, theirs] = [parts(fresh), parts(connection)]
  fresh.close()
  const isKept = ({ type, table }: Part) => (type === 'table' || type === 'index') && KEPT.includes(table)
  const isIn = (list: Part[]) => (part: Part) =>
    list.some(({ type, name, sql }) => type === part.type && name === part.name && sql === part.sql)
  const extra = theirs.filter((part) => !isKept(part) && !isIn(ours)(part))
  if (extra.length > 0) throw no(`${path} has in it what is not of a swarm: ${named(extra)}.`)
  const missing = ours.filter((part) => !isIn(theirs)(part))
  if (missing.length > 0) throw no(`${path} lacks what a swarm needs: ${named(missing)}.`)
}

interface Part {
  type: string
  name: string
  table: string
  sql: string
}

/** Parts of the schema, without SQLite's own; without comments, in one line. */
const parts = (connection: Connection): Part[] =>
  connection
    .query(
      "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
      [],
    )
    .map(({ type, name, tbl_name, sql }) => ({
      type: String(type),
      name: String(name),
      table: String(tbl_name),
      sql: String(sql)
        .replaceAll(/--[^\n]*/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    }))

const MOST = 5

const named = (list: Part[]) =>
  list
    .slice(0, MOST)
    .map(({ type, name }) => `the ${type} ${name}`)
    .concat(list.length > MOST ? [`${list.length - MOST} more`] : [])
    .join(', ')

const no = (sentence: string) => new Trouble('store', sentence, { retryable: false })
