/** Of which build this page is, the server, and what is installed now. */
import type { Status } from '../../src/api/client.ts'
import { type Cell, cell } from './cell.ts'

/** What the build puts in here; the same as in the programs. */
declare const SWARM_BUILD: string | undefined

/** Empty where the page runs from its sources. */
export const OWN_BUILD = typeof SWARM_BUILD === 'undefined' ? '' : SWARM_BUILD

/** Of the server, and what is installed now where it was started from. */
export type Builds = Pick<NonNullable<Status['server']>, 'version' | 'build' | 'installed'>

/** Null until the server has said so. */
export const builds: Cell<Builds | null> = cell<Builds | null>(null)
