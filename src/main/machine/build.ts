/** Which build of the program this is, and which one is installed now where this one came from. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { version } from '../../../package.json'
import type { Build } from '../../api/server.ts'
import { besideTemplates } from './templates.ts'

/** What the build puts in here: a digest of all that it was made from. */
declare const SWARM_BUILD: string | undefined

/** This very program; what runs from its sources has no build. */
export const build: Build = { version, build: typeof SWARM_BUILD === 'undefined' ? '' : SWARM_BUILD }

const Written = z.object({ version: z.string(), build: z.string() })

/**
 * Gives a function that tells what is installed now in the place of this program; null when nothing is. To be called
 * while it is still there.
 */
export function installedBuild(): () => Build | null {
  if (build.build === '') return () => build
  const path = besideTemplates('build.json')
  return () => {
    try {
      return Written.parse(JSON.parse(readFileSync(path, 'utf8')))
    } catch {
      return null
    }
  }
}
