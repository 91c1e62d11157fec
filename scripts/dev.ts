/** `npm run dev -- DIR`: builds the programs again on each save, and shows the dashboard of the server that runs in DIR. */
import { watch } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { constantsOf, nameOfBuild, writeName } from './build/name.ts'
import { buildPrograms } from './build/programs.ts'
import { serveDashboard } from './dev/serve.ts'

const DIST = 'dist'
/** Milliseconds in which one save of an editor writes all its files. */
const ONE_SAVE = 100

const [project] = process.argv.slice(2)
if (project === undefined) {
  console.error('npm run dev -- DIR: the project whose server runs. Start it there: swarm start.')
  process.exit(2)
}
const server = await serveDashboard(resolve(project), { port: 5173 })
console.log(`The dashboard, from its sources: ${server.url}`)
console.log('Programs are built again when src/ or demo/ changes. Start the server again to use them.')

const changed = new Set<string>()
for (const folder of ['src', 'demo'])
  watch(folder, { recursive: true }, (_, file) => void changed.add(`${folder}/${file}`))
for (;;) {
  await sleep(ONE_SAVE)
  if (changed.size > 0) await rebuild()
}

/** What cannot be built is told, and the programs stay as they were. */
async function rebuild(): Promise<void> {
  const files = [...changed]
  changed.clear()
  const began = performance.now()
  try {
    const name = nameOfBuild()
    await buildPrograms({ dist: DIST, define: constantsOf(name) })
    writeName(DIST, name)
    console.log(`Built after ${files.join(', ')}, in ${Math.round(performance.now() - began)} ms`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
  }
}
