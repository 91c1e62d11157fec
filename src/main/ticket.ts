/**
 * Program `ticket`. It starts many times a minute, so it loads little, avoids `process.stdout` where it can (making
 * that stream costs milliseconds) and ends without waiting for anything.
 */
import { existsSync, fstatSync, readSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Context } from '../cli/ticket/context.ts'
import { run } from '../cli/ticket/run.ts'
import type { Clock } from '../ports/clock.ts'
import { HUMAN } from '../ticket/ticket.ts'

const OUT = 1
const ERROR = 2

const context: Context = {
  actor: { kind: 'person', name: HUMAN },
  write: (text) => print(OUT, text),
  writeError: (text) => print(ERROR, text),
  readStdin: async () => readAll(0),
  get isTty() {
    return fstatSync(OUT).isCharacterDevice() && process.stdout.isTTY === true
  },
  get columns() {
    return process.stdout.columns
  },
  async records(dbPath) {
    const { openSqlite } = await import('../stores/sqlite/store.ts')
    return { store: await openSqlite({ path: database(dbPath) }), clock }
  },
  async migrate(dbPath) {
    const { migrateTickets } = await import('./project/migrating.ts')
    return migrateTickets(database(dbPath))
  },
}

const clock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  sleep: () => Promise.reject(new Error('a command does not wait')),
}

/** Path of the database: the named one, else the one of the swarm around the working directory. */
const database = (named: string | undefined) =>
  named || process.env.TICKET_DB || above(process.cwd()) || './tickets.db'

function above(folder: string): string | null {
  const path = join(folder, '.swarm', 'tickets', 'tickets.db')
  if (existsSync(path)) return path
  const parent = dirname(folder)
  return parent === folder ? null : above(parent)
}

/** Writes all of a text, also into a full pipe. A reader that has gone away (`ticket list | head`) is not an error. */
function print(fd: number, text: string): void {
  let rest = Buffer.from(text)
  while (rest.length > 0) {
    const written = retrying(() => writeSync(fd, rest))
    if (written === null) return
    rest = rest.subarray(written)
  }
}

function readAll(fd: number): string {
  const parts: Buffer[] = []
  for (;;) {
    const part = Buffer.alloc(65_536)
    const length = retrying(() => readSync(fd, part)) ?? 0
    if (length === 0) return Buffer.concat(parts).toString()
    parts.push(part.subarray(0, length))
  }
}

/** Retries until the other end is ready; null when it is gone. */
function retrying(action: () => number): number | null {
  for (;;) {
    try {
      return action()
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EPIPE' || code === 'EOF') return null
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

/** Ends at once: everything is written, and the operating system closes the database. */
const end = (code: number) => (process as typeof process & Exits).reallyExit(code)

/** Function of Node that its types leave out. */
interface Exits {
  reallyExit(code: number): never
}

run(process.argv.slice(2), context).then(end, (error: NodeJS.ErrnoException) => {
  const isOfSystem = error.syscall !== undefined
  context.writeError(`${isOfSystem ? `Error: ${error.message}` : error.stack}\n`)
  end(isOfSystem ? 1 : 70)
})
