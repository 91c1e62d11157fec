/** Store on SQLite: one file, many processes. */
import { existsSync } from 'node:fs'
import type { Store, Tx } from '../../ports/store.ts'
import { busy, type Connection, openConnection, type Queries, SETTLE } from './connection.ts'
import { type Driver, loadDriver } from './driver.ts'
import { reads } from './reads.ts'
import { currentVersion, refuseVersion } from './version.ts'
import { transaction } from './writes.ts'

/** Database to open. */
export interface SqliteOptions {
  path: string
  /** True: make the database when it is missing. An older one is never upgraded by this. */
  create?: boolean
  /** SQLite library; default: the one that comes with the program. */
  driver?: Driver
}

/** Opens the store. Throws Trouble for a missing database (without `create`), or one of another version. */
export async function openSqlite({ path, create, driver = loadDriver() }: SqliteOptions): Promise<Store> {
  if (create) await make(path, driver)
  if (!existsSync(path)) refuseVersion(null)
  const main = openConnection(path, driver)
  try {
    refuseVersion(currentVersion(main))
  } catch (error) {
    main.close()
    throw error
  }
  return store(main, () => openConnection(path, driver))
}

/** Makes the database. The code is loaded only when needed: most programs find their database made. */
async function make(path: string, driver: Driver): Promise<void> {
  const { isBlank, migrate } = await import('./migrate.ts')
  if (isBlank(path, driver)) await migrate(path, { driver })
}

/**
 * Runs transactions on `main`, one after the other. Meanwhile reads from outside use a second connection, so that they
 * see only committed data; a program that never reads then never opens it.
 */
function store(main: Connection, openAnother: () => Connection): Store {
  let beside: Connection | null = null
  let last: Promise<unknown> = Promise.resolve()
  let isReadyToWrite = false

  function outside(): Queries {
    if (!main.inTransaction()) return main
    beside ??= openAnother()
    return beside
  }

  return {
    ...reads(outside),
    transact(work) {
      const done = last.then(() => {
        if (!isReadyToWrite) prepareToWrite(main)
        isReadyToWrite = true
        return inTransaction(main, work)
      })
      last = done.catch(() => {})
      return done
    },
    version: async () => Number(main.query('PRAGMA data_version', [])[0]?.data_version),
    async close() {
      await last
      beside?.close()
      if (isReadyToWrite) main.exec(SETTLE)
      main.close()
    },
  }
}

/** Prepares the connection for writing; a program that only reads saves the time. */
function prepareToWrite(main: Connection): void {
  main.exec('PRAGMA synchronous = FULL')
  const mode = main.query('PRAGMA journal_mode', [])[0]?.journal_mode
  if (mode !== 'wal') main.exec('PRAGMA journal_mode = WAL')
}

async function inTransaction<T>(main: Connection, work: (tx: Tx) => Promise<T>): Promise<T> {
  await begin(main)
  const { queries, end } = whileOpen(main)
  try {
    const result = await work(transaction(queries))
    end()
    main.exec('COMMIT')
    return result
  } catch (error) {
    if (main.inTransaction()) main.exec('ROLLBACK')
    throw error
  } finally {
    end()
  }
}

/**
 * Takes the write lock. SQLite would block the whole program while it waits, even for a lock of this program, and would
 * let latecomers go first. So we try, and sleep in between.
 */
async function begin(main: Connection): Promise<void> {
  const since = performance.now()
  for (let tries = 1; !main.tryBegin(); tries++) {
    if (performance.now() - since > PATIENCE) throw busy()
    const pause = 1 + Math.random() * Math.min(2 ** tries, LONGEST_PAUSE)
    await new Promise((wake) => setTimeout(wake, pause))
  }
}

/** Milliseconds to try for the write lock: 64 processes at once on a busy machine need a few seconds. */
const PATIENCE = 30_000
/** Milliseconds between two tries, at most. Shorter pauses only slow the holder of the lock. */
const LONGEST_PAUSE = 100

/** Queries that throw after `end`: a later one would write outside of any transaction. */
function whileOpen(main: Connection): { queries: Queries; end: () => void } {
  let isOver = false
  function live(): Queries {
    if (isOver) throw new Error('a transaction is used after its end')
    return main
  }
  const queries: Queries = {
    one: (name, params) => live().one(name, params),
    all: (name, params) => live().all(name, params),
    run: (name, params) => live().run(name, params),
    query: (text, params) => live().query(text, params),
    arrays: (text, params) => live().arrays(text, params),
  }
  return {
    queries,
    end: () => {
      isOver = true
    },
  }
}
