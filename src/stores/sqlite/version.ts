/** Version of a database's schema: 1 to 3 are the original's, ours begin at 4. */
import { Trouble } from '../../ports/trouble.ts'
import type { Queries } from './connection.ts'

export const SCHEMA_VERSION = 12

/** Reads the version of a database; null when it has none. */
export function currentVersion(database: Pick<Queries, 'query'>): number | null {
  const table = database.query("SELECT 1 FROM sqlite_schema WHERE name = 'schema_version'", [])
  if (table.length === 0) return null
  const version = database.query('SELECT max(version) AS version FROM schema_version', [])[0]?.version
  return typeof version === 'number' ? version : null
}

/** Throws Trouble for any version but our own. */
export function refuseVersion(version: number | null): void {
  if (version === SCHEMA_VERSION) return
  throw new Trouble('store', `Error: ${whyNot(version)}`, { retryable: false })
}

function whyNot(version: number | null): string {
  if (version === null) return "Database not initialized. Run 'ticket migrate' first."
  if (version < SCHEMA_VERSION)
    return `Database schema outdated (v${version}, need v${SCHEMA_VERSION}). Run 'ticket migrate'.`
  return `Database schema newer than code (v${version} > v${SCHEMA_VERSION}). Update swarm.`
}
