/** Brings the tickets of a project up to date, but not beneath a server that knows them as they were. */
import { basename, dirname, join, resolve } from 'node:path'
import { Trouble } from '../../ports/trouble.ts'
import { type Migrated, migrate, schemaVersion } from '../../stores/sqlite/migrate.ts'
import { SCHEMA_VERSION } from '../../stores/sqlite/version.ts'
import { isLocked } from './lock.ts'
import { pathsOf } from './paths.ts'

/** Throws Trouble when the database at `path` needs an upgrade and a server of its project runs. */
export async function migrateTickets(path: string): Promise<Migrated> {
  const lock = lockOf(resolve(path))
  const version = lock !== null && isLocked(lock) ? await schemaVersion(path) : null
  if (version !== null && version < SCHEMA_VERSION) throw new Trouble('store', SERVED, { retryable: false })
  return migrate(path)
}

const SERVED =
  'Error: the server that runs here is of an older version, and does not know the tickets as they would be then. First: swarm stop.'

/** Finds the lock of the server whose tickets these are; null for a database that is in no project. */
function lockOf(path: string): string | null {
  const own = dirname(dirname(path))
  const paths = pathsOf(dirname(own))
  return basename(own) === '.swarm' && join(path) === paths.tickets ? paths.lock : null
}
