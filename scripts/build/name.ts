/** The name of a build, by which a server and its pages see that another one was installed. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a build is made from. */
export const SOURCES = [
  'src',
  'dashboard',
  'demo',
  'templates',
  'scripts',
  'package.json',
  'package-lock.json',
]

/** A digest of all sources: their names and what is in them. */
export function nameOfBuild(): string {
  const hash = createHash('sha256')
  const add = (path: string) => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) add(`${path}/${name}`)
    } else hash.update(`${path}\0`).update(readFileSync(path)).update('\0')
  }
  SOURCES.forEach(add)
  return hash.digest('hex').slice(0, 12)
}

/** The constants in programs and pages of this build, as source text. */
export const constantsOf = (build: string): Record<string, string> => ({ SWARM_BUILD: JSON.stringify(build) })

/** Says beside the programs which build they are of. */
export function writeName(dist: string, build: string): void {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
  writeFileSync(join(dist, 'build.json'), `${JSON.stringify({ version, build })}\n`)
}
