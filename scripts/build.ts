/** `npm run build`: everything that the package holds beside its pages, in dist/. Runs at the root of the repository. */
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { buildDashboard } from './build/dashboard.ts'
import { noticesOf } from './build/notices.ts'
import { buildPrograms } from './build/programs.ts'

const DIST = 'dist'

/** Names this build: a digest of what it is made from. */
const name = digestOf([
  'src',
  'dashboard',
  'demo',
  'templates',
  'scripts',
  'package.json',
  'package-lock.json',
])
const define = { SWARM_BUILD: JSON.stringify(name) }

rmSync(DIST, { recursive: true, force: true })
mkdirSync(DIST)
const taken = [
  ...(await buildPrograms({ dist: DIST, define })),
  ...(await buildDashboard({ folder: join(DIST, 'pages'), define })),
]
writeFileSync(join(DIST, 'third-party-notices.txt'), noticesOf(taken))
cpSync('templates', join(DIST, 'templates'), { recursive: true })
for (const bin of ['ticket.cjs', 'swarm.mjs']) chmodSync(join(DIST, bin), 0o755)
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
writeFileSync(join(DIST, 'build.json'), `${JSON.stringify({ version, build: name })}\n`)
writeFileSync(join(DIST, '.built'), '')

/** Of all files at these paths: their names and what is in them. */
function digestOf(paths: string[]): string {
  const hash = createHash('sha256')
  const add = (path: string) => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) add(`${path}/${name}`)
    } else hash.update(`${path}\0`).update(readFileSync(path)).update('\0')
  }
  paths.forEach(add)
  return hash.digest('hex').slice(0, 12)
}
