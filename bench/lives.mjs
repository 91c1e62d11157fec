// Lives of tickets a second: the shortest one through the real core and store with nothing else, on a file in memory, is
// the ceiling; beside it what the simulator does of whole ones, faults and invariants included, both on one core.
// `npm run bench -- lives [seeds]`
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { bundled } from './bundled.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const LIVES = 2000
const WARM_UP = 500

const MODULES = `
  export { openSqlite } from './src/stores/sqlite/store.ts'
  export { file } from './src/life/tickets/file.ts'
  export { claimNext } from './src/life/agents/claim.ts'
  export { apply } from './src/life/apply.ts'`

export async function run([seeds = '60'] = []) {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'swarm-bench-'))
  try {
    const shortest = await live(join(folder, 'tickets.db'))
    const simulated = simulate(seeds)
    console.log(`lives: a second on one core, Node ${process.version}`)
    console.log(`  the shortest: six commands, the store alone   ${shortest.toFixed(0)}`)
    console.log(`  whole ones in the simulator, ${seeds} seeds         ${simulated.toFixed(0)}`)
    console.log(`  ratio ${(simulated / shortest).toFixed(2)}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Filed, claimed, twice further, submitted, landed: each a transaction of its own, as in the product. */
async function live(path) {
  const { openSqlite, file, claimNext, apply } = await bundled('lives', MODULES)
  const store = await openSqlite({ path, create: true })
  const records = { store, clock: { now: Date.now, monotonic: performance.now, sleep: async () => {} } }
  const must = (answer) => {
    if (answer === null || 'refused' in answer) throw new Error(JSON.stringify(answer))
    return answer
  }
  const [agent, mergeQueue] = ['agent-1', 'merge-queue'].map((name) => ({ kind: 'swarm', name }))
  const commit = 'a'.repeat(40)
  let since = 0
  for (let n = -WARM_UP; n < LIVES; n++) {
    if (n === 0) since = performance.now()
    const { id } = must(await file(records, { title: 'A ticket' }, { kind: 'person', name: 'human' }))
    must(await claimNext(records, { holder: agent.name, leaseMs: 60_000, harness: 'scripted' }))
    for (const phase of ['working', 'verifying'])
      must(await apply(records, id, { type: 'advance', attempt: 1, phase }, agent))
    must(await apply(records, id, { type: 'submit', attempt: 1, work: commit }, agent))
    must(await apply(records, id, { type: 'land', attempt: 1, commit }, mergeQueue))
  }
  const seconds = (performance.now() - since) / 1000
  await store.close()
  return LIVES / seconds
}

function simulate(seeds) {
  const args = ['run', '--silent', 'sim', '--', '--seeds', seeds, '--jobs', '1']
  const printed = execFileSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const { lives, seconds } = JSON.parse(printed.trim().split('\n').at(-1))
  return lives / seconds
}
