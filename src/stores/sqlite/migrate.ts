/**
 * Upgrade of a database to our schema: all of it in one transaction, so that a kill leaves the old database or the new
 * one. A database that holds something is backed up first, under the same lock, and the backup is checked.
 */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { backUp, tables } from './backup.ts'
import { type Connection, openConnection, SETTLE } from './connection.ts'
import { type Driver, loadDriver } from './driver.ts'
import swarmSql from './migrations/004_swarm.sql'
import noticesSql from './migrations/005_notices.sql'
import claimOrderSql from './migrations/006_claim_order.sql'
import refusedSql from './migrations/007_refused.sql'
import costsSql from './migrations/008_costs.sql'
import doubtsSql from './migrations/009_doubts.sql'
import delaysSql from './migrations/010_delays.sql'
import removedSql from './migrations/011_removed.sql'
import failuresSql from './migrations/012_failures.sql'
import { importOriginal, isOriginal } from './original/import.ts'
import { currentVersion, refuseVersion, SCHEMA_VERSION } from './version.ts'

/** Migrations, each to its version. Each paragraph of a file is one step. */
const MIGRATIONS = [
  { version: 4, sql: swarmSql },
  { version: 5, sql: noticesSql },
  { version: 6, sql: claimOrderSql },
  { version: 7, sql: refusedSql },
  { version: 8, sql: costsSql },
  { version: 9, sql: doubtsSql },
  { version: 10, sql: delaysSql },
  { version: 11, sql: removedSql },
  { version: 12, sql: failuresSql },
]

/** Result of an upgrade. */
export interface Migrated {
  /** Version before; 0 for a database without one. */
  from: number
  to: number
  /** Path of the backup; null when there was nothing to back up. */
  backup: string | null
  /** Repairs of data that did not fit, one sentence each. */
  repaired: string[]
}

/** Options of an upgrade. */
export interface MigrateOptions {
  driver?: Driver
  /** Receives the first line of each step before it runs. */
  onStep?: (step: string) => void
}

/** Upgrades the database at `path`, or makes it. Throws, and leaves the data unchanged, when it cannot. */
export async function migrate(path: string, options: MigrateOptions = {}): Promise<Migrated> {
  const { driver = loadDriver() } = options
  mkdirSync(dirname(path), { recursive: true })
  const connection = openConnection(path, driver)
  try {
    const version = currentVersion(connection)
    if (version === SCHEMA_VERSION) return unchanged()
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF')
    connection.exec('BEGIN IMMEDIATE')
    const migrated = upgrade(connection, path, { driver, onStep: options.onStep ?? (() => {}) })
    connection.exec('COMMIT')
    connection.exec(SETTLE)
    return migrated
  } finally {
    if (connection.inTransaction()) connection.exec('ROLLBACK')
    connection.close()
  }
}

/** Version of the database at `path`; null when it is missing or empty. */
export async function schemaVersion(path: string, driver = loadDriver()): Promise<number | null> {
  if (!existsSync(path)) return null
  const connection = openConnection(path, driver)
  try {
    return currentVersion(connection)
  } finally {
    connection.close()
  }
}

/** Makes an empty database of a version in memory, to compare others with; null for a version that is not ours. */
export function emptyAt(version: number, driver = loadDriver()): Connection | null {
  if (!MIGRATIONS.some((each) => each.version === version)) return null
  const connection = openConnection(':memory:', driver)
  for (const { version: to, sql } of MIGRATIONS) if (to <= version) connection.exec(sql)
  return connection
}

/** True when there is nothing at `path` that could be lost. */
export function isBlank(path: string, driver: Driver): boolean {
  if (!existsSync(path)) return true
  const connection = openConnection(path, driver)
  try {
    return tables(connection).length === 0
  } finally {
    connection.close()
  }
}

const unchanged = (): Migrated => ({
  from: SCHEMA_VERSION,
  to: SCHEMA_VERSION,
  backup: null,
  repaired: [],
})

/** Upgrades inside the transaction: another process may have done it while we waited for the lock. */
function upgrade(
  connection: Connection,
  path: string,
  { driver, onStep }: Required<MigrateOptions>,
): Migrated {
  const version = currentVersion(connection)
  if (version === SCHEMA_VERSION) return unchanged()
  if (version !== null && version > SCHEMA_VERSION) refuseVersion(version)
  const from = version ?? 0
  onStep('-- backup')
  const isEmpty = tables(connection).length === 0
  const backup = isEmpty ? null : backUp(connection, { path, wanted: `${path}.backup-v${from}` }, driver)
  const run = (statement: string) => {
    onStep(statement)
    connection.exec(statement)
  }
  const build = () => {
    for (const { version: to, sql } of MIGRATIONS) if (to > from) sql.split(/\n\n+/).forEach(run)
  }
  const isForeign = from < MIGRATIONS[0]!.version && isOriginal(connection)
  const repaired = isForeign ? importOriginal(connection, run, build) : fromScratch(build)
  run(RECORD_VERSION)
  refuseDangling(connection)
  onStep('-- commit')
  return { from, to: SCHEMA_VERSION, backup, repaired }
}

function fromScratch(build: () => void): string[] {
  build()
  return []
}

/**
 * Statements for the original's own version table, so that its programs see that the database is newer than they are.
 */
const RECORD_VERSION = `
CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, applied_at TEXT DEFAULT (datetime('now')));
INSERT INTO schema_version (version) VALUES (${SCHEMA_VERSION})`

/** Throws for a dangling reference. They are not checked while tables are exchanged, so they are checked at the end. */
function refuseDangling(connection: Connection): void {
  const dangling = connection.query('PRAGMA foreign_key_check', [])[0]
  if (dangling) throw new Error(`the upgrade left a row of ${dangling.table} without its ${dangling.parent}`)
}
