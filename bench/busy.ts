/**
 * Whether a server that has much too much to do keeps its agents' work: more agents than this machine can carry, each
 * with a script that says how its attempts must end. `npm run bench -- busy [--agents N] [--attempts N]`
 * Goals: no attempt that ended otherwise, and none charged that did as its ticket says. The baseline is what the scripts say.
 * The last line is JSON: how many attempts, the lost ones, the wrongly charged ones, and the server's longest delay: in
 * all, without what the machine had no processor for (own), and beside it that of a process that does nothing (idle).
 */
import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Ask, api, asker, type Get, git, project, type Step } from './project.ts'
import { type Delays, startWatched, type Watched } from './watched-server.ts'

/** How an attempt must end. */
interface End {
  outcome: string
  reason?: string
}

interface Kind {
  title: string
  script: Step[]
  /** Of its attempts, in their order. */
  ends: End[]
}

/** About half a second of a processor, as a compiler would take. */
const TOIL = 'seq 200000 | sort -R | tail -1'
/** Green while nothing called `broken` is there; talkative as gates are. */
const GATE = 'seq 2000\n! test -e broken\n'
/** Milliseconds without the end of any attempt, after which the rest counts as lost. */
const PATIENCE_MS = 90_000
const LOOK_MS = 500

export async function run(args: string[]): Promise<void> {
  const { agents, attempts } = flagsOf(args)
  const kinds = kindsFor(attempts)
  const folder = project('swarm-bench-busy-', 40, '', GATE)
  let server: Watched | null = null
  try {
    server = startWatched(folder, agents)
    const began = performance.now()
    const [ask, get] = [asker(folder), api(folder)]
    const tickets = await file(ask, kinds)
    const pauses = await allDone(ask, get, kinds.length)
    const main = filesOnMain(folder)
    const found = await Promise.all(tickets.map((id, at) => compare(get, { id, at, main }, kinds[at]!)))
    const seconds = (performance.now() - began) / 1000
    report({ agents, found, pauses, seconds, delays: (await server.stop())! })
  } finally {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function flagsOf(args: string[]) {
  const number = { type: 'string' } as const
  const { agents = '32', attempts = '200' } = parseArgs({
    args,
    options: { agents: number, attempts: number },
  }).values
  return { agents: Number(agents), attempts: Number(attempts) }
}

const LANDED = { outcome: 'landed' }

/** What tickets are about, and how each of their attempts must end. */
const KINDS: ((n: number) => Kind)[] = [
  (n) => ({ title: 'writes', script: [write(n)], ends: [LANDED] }),
  (n) => ({ title: 'talks to its last line', script: [write(n), { print: 3_000_000 }], ends: [LANDED] }),
  (n) => ({
    title: 'changes a megabyte',
    script: [write(n), { run: `head -c 1000000 /dev/urandom > big-${n}.bin` }],
    ends: [LANDED],
  }),
  () => ({
    title: 'needs no change',
    script: [{ no_change: 'It is there already.' }],
    ends: [{ outcome: 'finished' }],
  }),
  (n) => ({
    title: 'mends a red gate',
    script: [
      { on: 'start', do: [write(n), { write: { file: 'broken', text: 'yes\n' } }] },
      { on: 'red', do: [{ delete: 'broken' }, { say: 'Mended.' }] },
    ],
    ends: [LANDED],
  }),
  (n) => ({
    title: 'fails and comes again',
    script: [
      { on: 'start', do: [write(n), { fail: { reason: 'harness crash', detail: `Word ${word(n)}.` } }] },
      { on: 'again', do: [write(n), { append: { file: `new-${n}.txt`, text: 'again\n' } }] },
    ],
    ends: [{ outcome: 'bounced', reason: `harness crash: Word ${word(n)}.` }, LANDED],
  }),
  (n) => ({
    title: 'says something',
    script: [{ comment: 'I begin.' }, write(n), { pause: 300 }, { say: 'There.' }],
    ends: [LANDED],
  }),
  (n) => ({ title: 'commits', script: [write(n), { commit: 'Add it' }, { say: 'Done.' }], ends: [LANDED] }),
  (n) => ({
    title: 'ends at once after much',
    script: [write(n), { run: 'seq 200000' }, { print: 500_000 }],
    ends: [LANDED],
  }),
]

const write = (n: number): Step => ({ run: `${TOIL}; echo ${n} > new-${n}.txt` })

/** Letters only: failures that differ in numbers alone are alike, and the breaker would be right to act. */
const word = (n: number) => [...String(n)].map((digit) => 'abcdefghij'[Number(digit)]).join('')

/** In turns, until their attempts are so many. */
function kindsFor(attempts: number): Kind[] {
  const kinds: Kind[] = []
  for (let left = attempts; left > 0; left -= kinds.at(-1)!.ends.length) {
    const [wanted, plain] = [
      KINDS[kinds.length % KINDS.length]!(kinds.length),
      KINDS[0]!(kinds.length),
    ] as const
    kinds.push(wanted.ends.length <= left ? wanted : plain)
  }
  return kinds
}

async function file(ask: Ask, kinds: Kind[]): Promise<number[]> {
  const ids: number[] = []
  for (const [n, { title, script }] of kinds.entries()) {
    const description = `\`\`\`script\n${JSON.stringify(script)}\n\`\`\``
    ids.push((await ask('POST', '/api/tickets', { title: `${title} (${n})`, description })).id)
  }
  return ids
}

/** Lets the agents go on when the breaker stops them, as a person would. Gives the reasons of such pauses. */
async function allDone(ask: Ask, get: Get, tickets: number): Promise<string[]> {
  const pauses: string[] = []
  let [last, since] = [-1, performance.now()]
  for (;;) {
    const { counts, paused } = await get('/api/status')
    if (counts.done >= tickets && counts.in_progress + counts.ready === 0) return pauses
    const { last: seq } = await get('/api/events?limit=1')
    if (seq !== last) [last, since] = [seq, performance.now()]
    if (performance.now() - since > PATIENCE_MS) return pauses
    if (paused) for (const { reason } of (await ask('DELETE', '/api/pause')).pauses) pauses.push(reason)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

async function compare(
  get: Get,
  { id, at: n, main }: { id: number; at: number; main: Set<string> },
  { title, ends }: Kind,
) {
  const { attempt_records: records, events } = await get(`/api/tickets/${id}`)
  const attempts = records.toReversed()
  let met = 0
  const wrong = attempts.filter(({ outcome, reason }) => {
    // What should have come before it was lost by another attempt.
    const end = ends.findIndex(
      (each, at) => at >= met && each.outcome === outcome && (each.reason ?? reason) === reason,
    )
    if (end >= 0) met = end + 1
    return end < 0
  })
  const lost = new Set(wrong.map(({ number }) => number))
  const charged = events.filter(
    ({ event }) => event.type === 'bounced' && event.charged && lost.has(event.attempt!),
  )
  const stories = wrong.map(
    ({ number, outcome, reason }) => `#${id} ${title}, attempt ${number}: ${outcome}, ${reason}`,
  )
  if (met < ends.length) stories.push(`#${id} ${title}: never ended as it must`)
  const isLanded = attempts.at(-1)?.outcome === 'landed'
  if (isLanded && !main.has(`new-${n}.txt`)) stories.push(`#${id} ${title}: landed, and not on main`)
  return { attempts: attempts.length, lost: stories.length, charged: charged.length, stories }
}

const filesOnMain = (folder: string) =>
  new Set(git(folder, '--git-dir=.swarm/repo.git', 'ls-tree', '--name-only', 'HEAD').split('\n'))

interface Report {
  agents: number
  found: Awaited<ReturnType<typeof compare>>[]
  pauses: string[]
  seconds: number
  delays: { server: Delays; idle: Delays }
}

function report({ agents, found, pauses, seconds, delays }: Report): void {
  const sum = (of: 'attempts' | 'lost' | 'charged') => found.reduce((total, each) => total + each[of], 0)
  console.log(`busy: ${agents} agents, ${found.length} tickets, ${seconds.toFixed(0)} s`)
  for (const story of found.flatMap(({ stories }) => stories)) console.log(`  ${story.slice(0, 300)}`)
  console.log(
    `  paused ${pauses.length} times${pauses.map((reason) => `\n    ${reason.slice(0, 300)}`).join('')}`,
  )
  const last = { attempts: sum('attempts'), lost: sum('lost'), charged_wrongly: sum('charged') }
  const { server, idle } = delays
  console.log(JSON.stringify({ ...last, longest_loop_delay_ms: server.longest, loop: { server, idle } }))
}
