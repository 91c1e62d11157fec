/**
 * What was read from the database stays known until somebody commits: most ticks find that nothing has changed, and
 * asking SQLite again for what it has just said would be most of what a history costs. What is known is frozen, so
 * that nobody changes it for the next reader.
 */
import type { Reads } from '../../src/ports/store.ts'
import type { Database, Driver } from '../../src/stores/sqlite/driver.ts'

export interface Known {
  /** How often somebody has committed. */
  commits(): number
  /** The driver; what it opened tells of each commit. */
  told(driver: Driver): Driver
  /** The same reads, each asked once between two commits. */
  reads<R extends Reads>(store: R): R
}

export function known(): Known {
  const answers = new Map<string, Promise<unknown>>()
  let commits = 0
  const forget = () => {
    commits++
    answers.clear()
  }
  return {
    commits: () => commits,
    told: (driver) => ({ ...driver, open: (path) => telling(driver.open(path), forget) }),
    reads: (store) => remembered(store, answers),
  }
}

/** Every read of the port that life or an invariant asks for. */
const READS = [
  'ticket',
  'tickets',
  'readyList',
  'inbox',
  'comments',
  'events',
  'attempt',
  'attempts',
  'overdue',
  'spending',
]
const MORE = [
  'landing',
  'landings',
  'receipt',
  'receipts',
  'setting',
  'lastSeq',
  'dependents',
  'openBlockers',
  'waitsFor',
]

function remembered<R extends Reads>(store: R, answers: Map<string, Promise<unknown>>): R {
  const all = store as Record<string, unknown>
  const once = (name: string) => {
    const read = all[name] as (...args: unknown[]) => Promise<unknown>
    return (...args: unknown[]) => {
      const key = `${name} ${args.length === 1 ? text(args[0]) : args.map(text).join(' ')}`
      const known = answers.get(key)
      if (known) return known
      const answer = read(...args).then(frozen)
      answers.set(key, answer)
      return answer
    }
  }
  return { ...store, ...Object.fromEntries([...READS, ...MORE].map((name) => [name, once(name)])) }
}

const text = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value))

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const each of Object.values(value)) frozen(each)
  return Object.freeze(value)
}

/** Tells once a transaction that has changed a row is over, however it ended. */
function telling(database: Database, changed: () => void): Database {
  let isDirty = false
  return {
    get isTransaction() {
      return database.isTransaction
    },
    exec(sql) {
      database.exec(sql)
      if (!isDirty || database.isTransaction) return
      isDirty = false
      changed()
    },
    prepare<R>(sql: string) {
      const statement = database.prepare<R>(sql)
      return {
        run(...params) {
          const result = statement.run(...params)
          if (result.changes) isDirty = true
          return result
        },
        get: (...params) => statement.get(...params),
        all: (...params) => statement.all(...params),
        setReturnArrays: (enabled) => statement.setReturnArrays(enabled),
        columns: () => statement.columns(),
      }
    },
    close: () => database.close(),
  }
}
