/**
 * Choice of SQLite: Node's own where it is new enough, else that of `@photostructure/sqlite`, with the same interface.
 * Loading it is most of the time of the `ticket` program, so this file is careful about time.
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Trouble } from '../../ports/trouble.ts'

/** `R` is a row: an object, or an array once arrays were asked for. */
export interface Statement<R = Record<string, unknown>> {
  run(...params: unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint }
  get(...params: unknown[]): R | undefined
  all(...params: unknown[]): R[]
  /** Rows come as arrays from then on: half the time of objects. */
  setReturnArrays(enabled: boolean): void
  /** Columns of the rows that it gives. */
  columns(): { name: string }[]
}

/** Open database of a driver. */
export interface Database {
  readonly isTransaction: boolean
  exec(sql: string): void
  prepare<R = Record<string, unknown>>(sql: string): Statement<R>
  close(): void
}

interface DatabaseClass {
  new (path: string, options: { timeout: number }): Database
}

/** SQLite library. */
export interface Driver {
  open(path: string): Database
  /** Version of the linked SQLite, as `sqlite_version()` gives it. */
  version(database: Database): string
}

/** Milliseconds to wait for another process to release the database. */
export const BUSY_TIMEOUT = 10_000

/** Loads SQLite, once: its files may be gone later, as while another version is installed. */
export function loadDriver(): Driver {
  driver ??= driverOf(isSafe(process.versions.sqlite ?? '0') ? builtIn() : bundled())
  return driver
}

let driver: Driver | null = null

function driverOf(DatabaseSync: DatabaseClass): Driver {
  return {
    open: (path) => new DatabaseSync(path, { timeout: BUSY_TIMEOUT }),
    version: (database) => String(database.prepare('SELECT sqlite_version() AS version').get()?.version),
  }
}

/**
 * True for versions without the WAL-reset bug. Up to 3.51.2, processes that write and checkpoint one WAL file at the
 * same moment may corrupt it: exactly what a swarm does. https://sqlite.org/wal.html#walresetbug
 */
export function isSafe(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  if (major !== 3) return major > 3
  if (minor === 50) return patch >= 7
  if (minor === 44) return patch >= 6
  return minor > 51 || (minor === 51 && patch >= 3)
}

/** Throws Trouble for a SQLite that may corrupt the database. */
export function refuseVulnerable(version: string): void {
  if (isSafe(version)) return
  throw new Trouble(
    'store',
    `SQLite ${version} can corrupt a database that several programs write. Use Node 22.22.3, 24.15 or later, or reinstall swarm.`,
    { retryable: false },
  )
}

/** Loads Node's SQLite. Node 22 warns that it is experimental; exactly that warning is suppressed. */
function builtIn(): DatabaseClass {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    const sqlite: object | undefined = process.getBuiltinModule('node:sqlite')
    return (sqlite as { DatabaseSync: DatabaseClass }).DatabaseSync
  } finally {
    process.emitWarning = emitWarning
  }
}

/**
 * Loads the prebuilt addon directly. The package's own loader looks in many places first, and even `require.resolve`
 * takes as long as opening the database: it reads package.json and its exports.
 */
function bundled(): DatabaseClass {
  try {
    const addon = { exports: {} as { DatabaseSync: DatabaseClass } }
    process.dlopen(addon, prebuilt(__dirname))
    return addon.exports.DatabaseSync
  } catch {
    return bundledElsewhere()
  }
}

function prebuilt(folder: string): string {
  const platform = `${process.platform}-${process.arch}`
  const addon = join('@photostructure/sqlite/prebuilds', platform, '@photostructure+sqlite.glibc.node')
  const path = join(folder, 'node_modules', addon)
  if (existsSync(path)) return path
  const above = dirname(folder)
  if (above === folder) throw new Error('the prebuilt SQLite is not there')
  return prebuilt(above)
}

/** Loads the addon on other C libraries, and on machines for which the package had to be compiled. */
function bundledElsewhere(): DatabaseClass {
  try {
    return require('@photostructure/sqlite').DatabaseSync
  } catch (cause) {
    const sentence =
      'SQLite cannot be loaded. Reinstall swarm, or use Node 24.15 or later, which brings its own.'
    throw new Trouble('store', sentence, { retryable: false, cause })
  }
}
