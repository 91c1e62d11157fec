/** Start-up: what `ticket` costs beyond an empty Node program, whole process, interleaved. Goal: list within 1.3. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { file } from '../src/life/tickets/file.ts'
import { openSqlite } from '../src/stores/sqlite/store.ts'
import { median } from './project.ts'

const ticket = resolve('dist', 'ticket.cjs')
const GOAL: Record<string, number> = { list: 1.3 }

/** `args`: `--rounds N` (40 by default), `--tickets N` (100 and 1,000 by default). */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { rounds: { type: 'string' }, tickets: { type: 'string' } } })
  for (const tickets of values.tickets ? [Number(values.tickets)] : [100, 1000])
    await measure(tickets, Number(values.rounds ?? 40))
}

async function measure(tickets: number, rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ticket-bench-'))
  try {
    const filled = join(folder, 'tickets.db')
    await fill(filled, tickets)
    for (const [at, { name, env }] of environments().entries()) {
      // Each claims from tickets of its own: there are enough for the rounds of one.
      const database = join(folder, `tickets-${at}.db`)
      copyFileSync(filled, database)
      compare(`${tickets} tickets, ${name}`, { ...env, TICKET_DB: database }, rounds)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Extra certificates cost every start of Node 20 the same, and so flatter the ratio: measured without them, too. */
function environments(): { name: string; env: NodeJS.ProcessEnv }[] {
  const { NODE_EXTRA_CA_CERTS: certificates, ...plain } = process.env
  const bare = { name: 'plain', env: plain }
  return certificates ? [bare, { name: 'with NODE_EXTRA_CA_CERTS', env: process.env }] : [bare]
}

function compare(environment: string, env: NodeJS.ProcessEnv, rounds: number): void {
  const programs: Record<string, string[]> = {
    'node -e 0': ['-e', '0'],
    list: [ticket, 'list'],
    count: [ticket, 'count'],
    'claim-next': [ticket, 'claim-next', '--agent', 'agent-1'],
  }
  const times: Record<string, number[]> = Object.fromEntries(
    Object.keys(programs).map((name) => [name, [] as number[]]),
  )
  for (let round = -2; round < rounds; round++)
    for (const name of turned(Object.keys(programs), round)) {
      const spent = timed(programs[name]!, env)
      if (round >= 0) times[name]!.push(spent)
    }
  console.log(`\nticket, Node ${process.versions.node}, ${environment}, ${rounds} rounds`)
  for (const [name, spent] of Object.entries(times)) tell(name, spent, times['node -e 0']!)
}

function tell(name: string, spent: number[], empty: number[]): void {
  const ratio = median(spent.map((time, round) => time / empty[round]!))
  const goal = GOAL[name] ?? null
  const verdict = goal === null ? '' : `  goal ${goal}: ${ratio <= goal ? 'met' : 'MISSED'}`
  console.log(
    `  ${name.padEnd(12)} ${median(spent).toFixed(1).padStart(6)} ms  x${ratio.toFixed(2)}${verdict}`,
  )
}

function timed(args: string[], env: NodeJS.ProcessEnv): number {
  const start = process.hrtime.bigint()
  const { status, stderr } = spawnSync(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const spent = Number(process.hrtime.bigint() - start) / 1e6
  if (status !== 0) throw new Error(`${args.join(' ')} fails: ${stderr}`)
  return spent
}

/** Starts with another one each round, so that none always follows the same. */
function turned(list: string[], by: number): string[] {
  const start = ((by % list.length) + list.length) % list.length
  return [...list.slice(start), ...list.slice(0, start)]
}

/** Through our own store, in one process. */
async function fill(database: string, tickets: number): Promise<void> {
  const store = await openSqlite({ path: database, create: true })
  const clock = { now: Date.now, monotonic: () => performance.now(), sleep: async () => {} }
  const records = { store, clock }
  const by = { kind: 'person', name: 'human' } as const
  for (let number = 1; number <= tickets; number++) {
    const blockedBy = number % 3 === 0 ? [number - 1] : []
    await file(records, { title: `Add part ${number} of the thing`, blockedBy }, by)
  }
  await store.close()
}
