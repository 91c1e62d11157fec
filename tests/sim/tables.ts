/**
 * The tables themselves, by a connection that only reads: what is asked after each change, and no column more. It
 * believes nothing of the store but its schema.
 */
import { loadDriver } from '../../src/stores/sqlite/driver.ts'

export interface Tables {
  /** Attempts that have not ended. */
  live(): { ticket: number; number: number; leaseUntil: number | null; work: string | null }[]
  /** Places in the merge queue. */
  queued(): { ticket: number; attempt: number; work: string }[]
  /** Attempts of which what they left was removed. */
  removed(): { ticket: number; number: number }[]
  close(): void
}

export function openTables(path: string): Tables {
  const database = loadDriver().open(path)
  const rows = (sql: string) => {
    const statement = database.prepare<[number, number, unknown, unknown]>(sql)
    statement.setReturnArrays(true)
    return () => statement.all()
  }
  const live = rows('SELECT ticket, number, lease_until, work FROM attempts WHERE ended_at IS NULL')
  const queued = rows("SELECT ticket, attempt, work FROM landings WHERE status = 'queued'")
  const removed = rows('SELECT ticket, number FROM attempts WHERE removed_at IS NOT NULL')
  return {
    removed: () => removed().map(([ticket, number]) => ({ ticket, number })),
    live: () =>
      live().map(([ticket, number, lease, work]) => ({
        ...{ ticket, number },
        leaseUntil: lease as number | null,
        work: work as string | null,
      })),
    queued: () => queued().map(([ticket, attempt, work]) => ({ ticket, attempt, work: work as string })),
    close: () => database.close(),
  }
}
