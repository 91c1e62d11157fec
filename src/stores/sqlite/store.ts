/** The store on SQLite: one file, many processes. */
import { existsSync } from 'node:fs'
import type { Store, Tx } from '../../ports/store.ts'
import { busy, type Connection, openConnection, type Queries, SETTLE } from './connection.ts'
import { type Driver, loadDriver } from './driver.ts'
import { reads } from './reads.ts'
import { currentVersion, refuseVersion } from './version.ts'
import { transaction } from './writes.ts'

export interface SqliteOptions {
  path: string
  /** Makes the database when there is none yet. An older one is never upgraded unasked. */
  create?: boolean
  /** Another SQLite than the one that comes with the program. */
  driver?: Driver
}

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

/** Loaded only where it is needed: most programs find their database made. */
async function make(path: string, driver: Driver): Promise<void> {
  const { isBlank, migrate } = await import('./migrate.ts')
  if (isBlank(path, driver)) await migrate(path, { driver })
}

/**
 * Transactions run on `main`, one after the other. While one is under way, reads from outside of it go to a second
 * connection, so that they see only what was committed; a program that never reads then never opens it.
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

/** What a program that only reads does not need to spend its time on. */
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
 * Takes the write lock. SQLite would wait for it with the whole program standing still, even when it is this program
 * that holds it through another store, and would let those who come late go first. So we ask, and sleep in between.
 */
async function begin(main: Connection): Promise<void> {
  const since = performance.now()
  for (let tries = 1; !main.tryBegin(); tries++) {
    if (performance.now() - since > PATIENCE) throw busy()
    const pause = 1 + Math.random() * Math.min(2 ** tries, LONGEST_PAUSE)
    await new Promise((wake) => setTimeout(wake, pause))
  }
}

/** Milliseconds to try for the write lock. Sixty-four processes at once, on a machine that is busy too, need a few seconds. */
const PATIENCE = 30_000
/** Milliseconds between two tries, at most. Shorter ones only keep the holder of the lock from its work. */
const LONGEST_PAUSE = 100

/** The same queries until `end`: one that comes later would write outside of any transaction. */
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
