// Preloaded into the server, by NODE_OPTIONS: what only the process itself can tell, once a second into a file in the
// folder SOAK that bears its number. Of the heap it tells what is left when garbage has been collected. With SOAK_PLANT
// it loses something all the while, as a bug would: that shows whether a soak finds it.
import { spawn } from 'node:child_process'
import { mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const MEGABYTE = 1024 * 1024
const EVERY_MS = 1000

const { SOAK = '', SOAK_PLANT } = process.env
// Nothing that the server starts is measured, or loses anything.
for (const name of ['SOAK', 'SOAK_PLANT', 'NODE_OPTIONS']) delete process.env[name]

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
const lost = []
// One listener for each planted process.
process.setMaxListeners(0)

/** Once a second; about what forgetting one small thing for each request loses. */
/** @type {Record<string, () => unknown>} */
const PLANTS = {
  memory: () => lost.push(Array.from({ length: 20_000 }, (_, at) => at + 0.5)),
  descriptors: () => lost.push(openSync('/dev/null', 'r')),
  processes: () => {
    const lives = spawn('sleep', ['3600'], { stdio: 'ignore' })
    lives.unref()
    // None of them stays when the soak is over.
    process.once('exit', () => lives.kill())
  },
  files: () => {
    const folder = join('.swarm', 'work', 'lost')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, String(performance.now())), '')
  },
}

const path = join(SOAK, String(process.pid))
setInterval(() => {
  if (SOAK_PLANT) PLANTS[SOAK_PLANT]?.()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  writeFileSync(`${path}.new`, String((heapUsed + external) / MEGABYTE))
  renameSync(`${path}.new`, path)
}, EVERY_MS).unref()
