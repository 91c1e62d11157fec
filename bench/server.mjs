// The server's memory with many tickets, and what its answers take meanwhile. `npm run bench -- server [tickets]`.
// Goal: under 150 MB at 100,000 tickets. The baseline is a server without any.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { api, percentile, project, serverPid, swarm } from './project.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** Megabytes. */
const GOAL = 150

export async function run([tickets = '100000'] = []) {
  const empty = await measure(0)
  const full = await measure(Number(tickets))
  console.log(`server: ${tickets} tickets beside none`)
  console.log(
    `  memory   ${full.megabytes} MB, empty ${empty.megabytes} MB, ratio ${(full.megabytes / empty.megabytes).toFixed(2)}`,
  )
  console.log(
    `  status   p50 ${full.p50.toFixed(1)} ms, p99 ${full.p99.toFixed(1)} ms; empty p50 ${empty.p50.toFixed(1)} ms`,
  )
  console.log(`  goal under ${GOAL} MB: ${full.megabytes < GOAL ? 'met' : 'MISSED'}`)
}

async function measure(tickets) {
  const folder = project('swarm-bench-server-', 20)
  try {
    if (tickets > 0) await fill(join(folder, '.swarm', 'tickets', 'tickets.db'), tickets)
    swarm(folder, 'start', '--agents', '2', '--harness', 'scripted', '--sandbox', 'process', '--port', '0')
    const get = api(folder)
    const spent = []
    for (let at = 0; at < 200; at++) {
      const began = performance.now()
      await get('/api/status')
      spent.push(performance.now() - began)
      await get('/api/tickets?limit=200')
    }
    const kilobytes = execFileSync('ps', ['-o', 'rss=', '-p', String(serverPid(folder))], {
      encoding: 'utf8',
    })
    return {
      megabytes: Math.round(Number(kilobytes) / 1024),
      p50: percentile(spent, 0.5),
      p99: percentile(spent, 0.99),
    }
  } finally {
    swarm(folder, 'stop')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Tickets for people: agents leave them alone while the server is measured. */
const forPerson = () => ({ assignedTo: 'human', type: 'verify' })

/** `wanted`: what each is, by its place. */
export async function fill(path, tickets, wanted = forPerson) {
  const { openSqlite, fileIn } = await sources()
  const store = await openSqlite({ path })
  const person = { kind: 'person', name: 'human' }
  await store.transact(async (tx) => {
    for (let at = 0; at < tickets; at++) {
      const ticket = { title: `Ticket ${at}`, description: 'Some text. '.repeat(20), ...wanted(at) }
      await fileIn(tx, Date.now(), ticket, person)
    }
  })
  await store.close()
}

/** What of the sources a bench uses to prepare a store. */
export async function sources() {
  const outfile = join(root, '.cache', 'bench-server.cjs')
  const contents = `export { openSqlite } from './src/stores/sqlite/store.ts'
    export { fileIn } from './src/life/tickets/file.ts'
    export { claimNext } from './src/life/agents/claim.ts'
    export { change } from './src/life/follow.ts'`
  const external = ['@photostructure/sqlite', 'node:sqlite']
  const options = {
    bundle: true,
    platform: 'node',
    format: 'cjs',
    loader: { '.sql': 'text' },
    external,
    outfile,
  }
  await build({ stdin: { contents, resolveDir: root, loader: 'ts' }, ...options })
  return createRequire(import.meta.url)(outfile)
}
