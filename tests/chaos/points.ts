/** Lets the server die at every named point, one after the other, and sees that the next start goes on from each. */
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import { isOver } from '../sim/watch.ts'
import { asked, type Confirmed, clearInbox, comment, fileTicket, nothingYet } from './person.ts'
import { GATE, makeProject, type Project } from './project.ts'
import { keepServer, type Server } from './server.ts'
import { nothingExpected } from './tickets.ts'
import { judge } from './verdict.ts'
import { signal } from './victims.ts'

/** True when the server died at each of them, and everything was right afterwards. */
export async function crashEverywhere(
  above: string,
  { points, jobs }: { points: string[]; jobs: number },
): Promise<boolean> {
  const waiting = [...points]
  const sum = { points: points.length, reached: 0, wrong: 0 }
  const one = async () => {
    for (let point = waiting.shift(); point; point = waiting.shift()) {
      const place = join(above, point.replaceAll(' ', '-'))
      mkdirSync(place)
      const { reached, wrong } = await crashAt(point, place)
      console.log(
        `${reached ? 'died' : 'NOT REACHED'}  ${point.padEnd(24)} ${wrong.join('; ') || 'all is well'}`,
      )
      if (reached) sum.reached++
      if (wrong.length > 0) sum.wrong++
      rmSync(place, { recursive: true, force: true, maxRetries: 5 })
    }
  }
  await Promise.all(Array.from({ length: jobs }, one))
  console.log(JSON.stringify(sum))
  return sum.reached === sum.points && sum.wrong === 0
}

const FLAGS = [
  '--agents',
  '3',
  '--sandbox',
  'process',
  '--verify-retries',
  '0',
  '--min-free',
  '1',
  '--save-interval',
  '1',
]
/** These are passed only when a server comes after one that was killed at work. */
const AFTER_A_CRASH = ['lost', 'git recover', 'sandboxes reap']
/** Milliseconds for everything to end. */
const PATIENCE = 240_000

async function crashAt(point: string, place: string): Promise<{ reached: boolean; wrong: string[] }> {
  const project = makeProject(place)
  const confirmed = nothingYet()
  const failpoint = { SWARM_FAILPOINT: point }
  const isLate = AFTER_A_CRASH.some((step) => point.startsWith(step))
  if (isLate) await crashAtWork(project, confirmed)
  const server = keepServer({ project, flags: FLAGS, first: failpoint })
  const over = { isOver: false }
  try {
    const busy = Promise.all([
      isLate ? null : deeds(server, confirmed, point),
      person(server, confirmed, over),
    ])
    const ended = settled(project, server, over)
    await Promise.race([busy, ended])
    await ended
    await busy
  } finally {
    await server.stop()
  }
  const wrong: string[] = []
  const { integrity } = await judge(
    project,
    { confirmed, expected: nothingExpected(), scratch: place },
    (line) => wrong.push(line),
  )
  if (integrity !== 'ok') wrong.push(integrity)
  cpSync(join(project.folder, '.swarm', 'chaos.log'), `${place}.log`)
  return { reached: server.starts() > 1, wrong }
}

/** Leaves a ticket whose agent has died with its server. */
async function crashAtWork(project: Project, confirmed: Confirmed): Promise<void> {
  const server = keepServer({ project, flags: FLAGS })
  const script = [
    { on: 'start', attempt: 1, do: [{ hang: true }] },
    { on: 'start', do: [write('a')] },
  ]
  await fileTicket(server, confirmed, { title: 'a', script, blockedBy: [], priority: 0 })
  while (
    !(await asked(server, async (api) =>
      (await api.status()).agents.some(({ phase }) => phase === 'working'),
    ))
  )
    await sleep(50)
  const stopped = server.stop()
  signal(server.pid()!, 'SIGKILL')
  await stopped
}

const write = (name: string) => ({ write: { file: `src/${name}.txt`, text: `${name}\n` } })

/** Something for each point to come by. */
async function deeds(server: Server, confirmed: Confirmed, point: string): Promise<void> {
  const file = (title: string, script: object[], blockedBy: number[] = []) =>
    fileTicket(server, confirmed, { title, script, blockedBy, priority: 0 })
  const first = await file('plain', [write('plain')])
  await comment(server, confirmed, { ticket: first, text: 'Said of it.' })
  const other = await file('red at first', [
    { on: 'start', do: [{ write: { file: 'src/red.txt', text: 'BUG\n' } }] },
    { on: 'again', do: [write('red')] },
  ])
  const waits = await file('waits', [write('waits')], [first, other])
  await asked(server, (api) => api.update(waits, { priority: 1 }))
  await asked(server, (api) => api.block(waits, { by: other }))
  await asked(server, (api) => api.unblock(waits, first))
  await file('gives back', [
    { on: 'start', do: [{ release: 'Not now.' }] },
    { on: 'again', do: [write('back')] },
  ])
  const nothing = await file('no change', [{ no_change: 'It is so already.' }])
  await file('changes the gate', [{ write: { file: 'verify.sh', text: `${GATE}# more\n`, mode: '755' } }])
  if (point.startsWith('lease')) await file('takes long', [{ pause: 20_000 }, write('long')])
  for (const name of ['one', 'two', 'three'])
    if (/^(escalated|setting)/.test(point))
      await file(name, [{ fail: { reason: 'budget', detail: 'No money.' } }])
  if (!point.startsWith('reopened')) return
  await until(server, nothing, 'done')
  await asked(server, (api) => api.reopen(nothing, {}))
}

async function until(server: Server, ticket: number, status: string): Promise<void> {
  while ((await asked(server, (api) => api.ticket(ticket)))?.status !== status) await sleep(100)
}

async function person(server: Server, confirmed: Confirmed, over: { isOver: boolean }): Promise<void> {
  while (!over.isOver) {
    await clearInbox(server, confirmed)
    await sleep(300)
  }
}

/** Until everything is over after the crash, or for a while where there was none. */
async function settled(project: Project, server: Server, over: { isOver: boolean }): Promise<void> {
  const store = await openSqlite({ path: project.database })
  const since = Date.now()
  for (let still = 0; still < 3 && Date.now() - since < PATIENCE; ) {
    await sleep(500)
    const all = new Map((await store.tickets({})).map((ticket) => [ticket.id, ticket]))
    const isDone = all.size > 0 && [...all.values()].every((ticket) => isOver(ticket, all))
    const isQuiet = server.starts() > 1 || Date.now() - since > 60_000
    still = isDone && isQuiet ? still + 1 : 0
  }
  over.isOver = true
  await store.close()
}
