/**
 * The server's memory with many tickets, and what its answers take meanwhile. `npm run bench -- server [tickets]`.
 * Goal: under 150 MB at 100,000 tickets. The baseline is a server without any.
 */
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileIn } from '../src/life/tickets/file.ts'
import { openSqlite } from '../src/stores/sqlite/store.ts'
import { api, percentile, project, serverPid, swarm } from './project.ts'

/** Megabytes. */
const GOAL = 150

export async function run([tickets = '100000']: string[]): Promise<void> {
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

async function measure(tickets: number) {
  const folder = project('swarm-bench-server-', 20)
  try {
    if (tickets > 0) await fill(join(folder, '.swarm', 'tickets', 'tickets.db'), tickets)
    swarm(folder, 'start', '--agents', '2', '--harness', 'scripted', '--sandbox', 'process', '--port', '0')
    const get = api(folder)
    const spent: number[] = []
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

type Part = Partial<Parameters<typeof fileIn>[2]>

/** Tickets for people: agents leave them alone while the server is measured. */
const forPerson = (): Part => ({ assignedTo: 'human', type: 'verify' })

/** Files so many tickets in the store at that path. `wanted`: what each is, by its place. */
export async function fill(
  path: string,
  tickets: number,
  wanted: (at: number) => Part = forPerson,
): Promise<void> {
  const store = await openSqlite({ path })
  const person = { kind: 'person', name: 'human' } as const
  await store.transact(async (tx) => {
    for (let at = 0; at < tickets; at++) {
      const ticket = { title: `Ticket ${at}`, description: 'Some text. '.repeat(20), ...wanted(at) }
      await fileIn(tx, Date.now(), ticket, person)
    }
  })
  await store.close()
}
