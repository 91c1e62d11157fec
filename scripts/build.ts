/** `npm run build`: everything that the package holds beside its pages, in dist/. Runs at the root of the repository. */
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildDashboard } from './build/dashboard.ts'
import { constantsOf, nameOfBuild, writeName } from './build/name.ts'
import { noticesOf } from './build/notices.ts'
import { buildPrograms } from './build/programs.ts'

const DIST = 'dist'
const name = nameOfBuild()
const define = constantsOf(name)

rmSync(DIST, { recursive: true, force: true })
mkdirSync(DIST)
const taken = [
  ...(await buildPrograms({ dist: DIST, define })),
  ...(await buildDashboard({ folder: join(DIST, 'pages'), define })),
]
writeFileSync(join(DIST, 'third-party-notices.txt'), noticesOf(taken))
cpSync('templates', join(DIST, 'templates'), { recursive: true })
for (const bin of ['ticket.cjs', 'swarm.mjs']) chmodSync(join(DIST, bin), 0o755)
writeName(DIST, name)
writeFileSync(join(DIST, '.built'), '')
