// Whether a server that has much too much to do keeps its agents' work: more agents than this machine can carry, each
// with a script that says how its attempts must end. `npm run bench -- busy [--agents N] [--attempts N]`
// Goals: no attempt that ended otherwise, and none charged that did as its ticket says. The baseline is what the scripts say.
// The last line is JSON: how many attempts, the lost ones, the wrongly charged ones, and the server's longest delay: in
// all, without what the machine had no processor for (own), and beside it that of a process that does nothing (idle).
import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { api, asker, git, project } from './project.mjs'
import { startWatched } from './watched-server.mjs'

/** About half a second of a processor, as a compiler would take. */
const TOIL = 'seq 200000 | sort -R | tail -1'
/** Green while nothing called `broken` is there; talkative as gates are. */
const GATE = 'seq 2000\n! test -e broken\n'
/** Milliseconds without the end of any attempt, after which the rest counts as lost. */
const PATIENCE_MS = 90_000
const LOOK_MS = 500

export async function run(args = []) {
  const { agents, attempts } = flagsOf(args)
  const kinds = kindsFor(attempts)
  const folder = project('swarm-bench-busy-', 40, '', GATE)
  let server = null
  try {
    server = startWatched(folder, agents)
    const began = performance.now()
    const [ask, get] = [asker(folder), api(folder)]
    const tickets = await file(ask, kinds)
    const pauses = await allDone(ask, get, kinds.length)
    const main = filesOnMain(folder)
    const found = await Promise.all(tickets.map((id, at) => compare(get, { id, at, main }, kinds[at])))
    const seconds = (performance.now() - began) / 1000
    report({ agents, found, pauses, seconds, delays: await server.stop() })
  } finally {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function flagsOf(args) {
  const number = { type: 'string' }
  const { agents = '32', attempts = '200' } = parseArgs({
    args,
    options: { agents: number, attempts: number },
  }).values
  return { agents: Number(agents), attempts: Number(attempts) }
}

const LANDED = { outcome: 'landed' }

/** What tickets are about, and how each of their attempts must end. */
const KINDS = [
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

const write = (n) => ({ run: `${TOIL}; echo ${n} > new-${n}.txt` })

/** Letters only: failures that differ in numbers alone are alike, and the breaker would be right to act. */
const word = (n) => [...String(n)].map((digit) => 'abcdefghij'[Number(digit)]).join('')

/** In turns, until their attempts are so many. */
function kindsFor(attempts) {
  const kinds = []
  for (let left = attempts; left > 0; left -= kinds.at(-1).ends.length) {
    const [wanted, plain] = [KINDS[kinds.length % KINDS.length](kinds.length), KINDS[0](kinds.length)]
    kinds.push(wanted.ends.length <= left ? wanted : plain)
  }
  return kinds
}

async function file(ask, kinds) {
  const ids = []
  for (const [n, { title, script }] of kinds.entries()) {
    const description = `\`\`\`script\n${JSON.stringify(script)}\n\`\`\``
    ids.push((await ask('POST', '/api/tickets', { title: `${title} (${n})`, description })).id)
  }
  return ids
}

/** Lets the agents go on when the breaker stops them, as a person would. Gives the reasons of such pauses. */
async function allDone(ask, get, tickets) {
  const pauses = []
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

async function compare(get, { id, at: n, main }, { title, ends }) {
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
    ({ event }) => event.type === 'bounced' && event.charged && lost.has(event.attempt),
  )
  const stories = wrong.map(
    ({ number, outcome, reason }) => `#${id} ${title}, attempt ${number}: ${outcome}, ${reason}`,
  )
  if (met < ends.length) stories.push(`#${id} ${title}: never ended as it must`)
  const isLanded = attempts.at(-1)?.outcome === 'landed'
  if (isLanded && !main.has(`new-${n}.txt`)) stories.push(`#${id} ${title}: landed, and not on main`)
  return { attempts: attempts.length, lost: stories.length, charged: charged.length, stories }
}

const filesOnMain = (folder) =>
  new Set(git(folder, '--git-dir=.swarm/repo.git', 'ls-tree', '--name-only', 'HEAD').split('\n'))

function report({ agents, found, pauses, seconds, delays }) {
  const sum = (of) => found.reduce((total, each) => total + each[of], 0)
  console.log(`busy: ${agents} agents, ${found.length} tickets, ${seconds.toFixed(0)} s`)
  for (const story of found.flatMap(({ stories }) => stories)) console.log(`  ${story.slice(0, 300)}`)
  console.log(
    `  paused ${pauses.length} times${pauses.map((reason) => `\n    ${reason.slice(0, 300)}`).join('')}`,
  )
  const last = { attempts: sum('attempts'), lost: sum('lost'), charged_wrongly: sum('charged') }
  const { server, idle } = delays
  console.log(JSON.stringify({ ...last, longest_loop_delay_ms: server.longest, loop: { server, idle } }))
}
