/** Build of this program, and the build that is installed in its place now. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { version } from '../../../package.json'
import type { Build } from '../../api/server.ts'
import { besideTemplates } from './templates.ts'

/** Digest of all inputs of the build, which the build puts in here. */
declare const SWARM_BUILD: string | undefined

/** Build of this program; empty when it runs from its sources. */
export const build: Build = { version, build: typeof SWARM_BUILD === 'undefined' ? '' : SWARM_BUILD }

const Written = z.object({ version: z.string(), build: z.string() })

/**
 * Makes a reader of the build that is installed in this program's place; it gives null when nothing is. Call this while
 * the files still exist.
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
