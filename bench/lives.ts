/**
 * Lives of tickets a second: the shortest one through the real core and store with nothing else, on a file in memory, is
 * the ceiling; beside it what the simulator does of whole ones, faults and invariants included, both on one core.
 * `npm run bench -- lives [seeds]`
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { claimNext } from '../src/life/agents/claim.ts'
import { apply } from '../src/life/apply.ts'
import { file } from '../src/life/tickets/file.ts'
import { openSqlite } from '../src/stores/sqlite/store.ts'

const LIVES = 2000
const WARM_UP = 500

export async function run([seeds = '60']: string[]): Promise<void> {
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
async function live(path: string): Promise<number> {
  const store = await openSqlite({ path, create: true })
  const records = {
    store,
    clock: { now: Date.now, monotonic: () => performance.now(), sleep: async () => {} },
  }
  const must = <T extends object>(answer: T | null): Exclude<T, { refused: unknown }> => {
    if (answer === null || 'refused' in answer) throw new Error(JSON.stringify(answer))
    return answer as Exclude<T, { refused: unknown }>
  }
  const [agent, mergeQueue] = [
    { kind: 'swarm', name: 'agent-1' },
    { kind: 'swarm', name: 'merge-queue' },
  ] as const
  const commit = 'a'.repeat(40)
  let since = 0
  for (let n = -WARM_UP; n < LIVES; n++) {
    if (n === 0) since = performance.now()
    const { id } = must(await file(records, { title: 'A ticket' }, { kind: 'person', name: 'human' }))
    must(await claimNext(records, { holder: agent.name, leaseMs: 60_000, harness: 'scripted' }))
    for (const phase of ['working', 'verifying'] as const)
      must(await apply(records, id, { type: 'advance', attempt: 1, phase }, agent))
    must(await apply(records, id, { type: 'submit', attempt: 1, work: commit }, agent))
    must(await apply(records, id, { type: 'land', attempt: 1, commit }, mergeQueue))
  }
  const seconds = (performance.now() - since) / 1000
  await store.close()
  return LIVES / seconds
}

function simulate(seeds: string): number {
  const args = ['run', '--silent', 'sim', '--', '--seeds', seeds, '--jobs', '1']
  const printed = execFileSync('npm', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const { lives, seconds } = JSON.parse(printed.trim().split('\n').at(-1)!)
  return lives / seconds
}
