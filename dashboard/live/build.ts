/** Builds of this page, of the server, and of the installed program. */
import type { Status } from '../../src/api/client.ts'
import { type Cell, cell } from './cell.ts'

/** Digest of the build, which the build puts in here; the same as in the programs. */
declare const SWARM_BUILD: string | undefined

/** Build of this page; empty where it runs from its sources. */
export const OWN_BUILD = typeof SWARM_BUILD === 'undefined' ? '' : SWARM_BUILD

/** Builds of the server, and of the program that is installed in its place now. */
export type Builds = Pick<NonNullable<Status['server']>, 'version' | 'build' | 'installed'>

/** Builds as the server reported them; null until then. */
export const builds: Cell<Builds | null> = cell<Builds | null>(null)
