/** Tickets on one side, kills on the other, until both are used up; then everything must come to its end. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '../../src/ports/store.ts'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import { type Chance, chance } from '../sim/chance.ts'
import { isOver } from '../sim/watch.ts'
import { type Engine, engineBehind, killContainer, loseEngine } from './engine.ts'
import { type Confirmed, clearInbox, comment, fileTicket, nothingYet } from './person.ts'
import { makeProject, type Project } from './project.ts'
import { keepServer, type Server } from './server.ts'
import { type Expected, nothingExpected, ticketOf } from './tickets.ts'
import { judge } from './verdict.ts'
import { find, signal, type Victim } from './victims.ts'

export interface Storm {
  seed: number
  kills: number
  tickets: number
  pauses: number
  full: number
  engine: number
  agents: number
  sandbox: string
  patience: number
}

interface Scene {
  storm: Storm
  project: Project
  server: Server
  engine: Engine | null
  store: Store
  draw: Chance
  confirmed: Confirmed
  expected: Expected
  killed: Record<string, number>
  filed: number
  isOver: boolean
}

/** MB of files that a sandbox may hold, where that can be set: less than a ticket fills it with. */
const SMALL = 128

/** Prints the verdict as the last line; true when nothing is lost, twice, missing, red or changed by the way. */
export async function storm(above: string, storm: Storm): Promise<boolean> {
  console.log(`seed ${storm.seed}`)
  const place = storm.full > 0 ? smallDisk(above) : above
  const engine = storm.engine > 0 ? await engineBehind(above) : null
  const made = makeProject(place)
  const project = engine ? { ...made, env: { ...made.env, DOCKER_HOST: engine.host } } : made
  const flags = ['--agents', String(storm.agents), '--sandbox', storm.sandbox, '--verify-retries', '1']
  if (storm.sandbox !== 'process') flags.push('--disk-mb', String(SMALL))
  const server = keepServer({ project, flags: [...flags, '--min-free', '2', '--save-interval', '1'] })
  const store = await openSqlite({ path: project.database })
  const scene: Scene = {
    ...{
      storm,
      project,
      server,
      engine,
      store,
      confirmed: nothingYet(),
      expected: nothingExpected(),
      killed: {},
      filed: 0,
    },
    draw: chance('storm', storm.seed),
    isOver: false,
  }
  try {
    await Promise.all([filing(scene), killing(scene), inbox(scene), settling(scene)])
    await server.stop()
    await store.close()
    return await verdict(scene, above)
  } finally {
    scene.isOver = true
    await server.stop()
    engine?.close()
  }
}

async function verdict(
  { project, confirmed, expected, killed, server }: Scene,
  above: string,
): Promise<boolean> {
  const { tickets, ...more } = await judge(project, { confirmed, expected, scratch: above }, (wrong) =>
    console.log(wrong),
  )
  const kills = Object.entries(killed).reduce(
    (sum, [what, times]) => sum + (NO_KILL.includes(what) ? 0 : times),
    0,
  )
  console.log(`${server.starts()} starts; ${JSON.stringify(killed)}`)
  console.log(
    `confirmed: ${confirmed.tickets.length} tickets, ${confirmed.comments.length} comments, ${confirmed.answers.length} answers`,
  )
  console.log(JSON.stringify({ tickets, kills, ...more }))
  const { integrity, lost, twice, acked_missing, red, strayed, paths_lost } = more
  return lost + twice + acked_missing + red + strayed + paths_lost === 0 && integrity === 'ok'
}

const NO_KILL = ['pause', 'disk full', 'engine']

/** Keeps a few more tickets ready than there are agents, and no faster than the kills go on. */
async function filing(scene: Scene): Promise<void> {
  const { storm, server, store, confirmed, expected } = scene
  const draw = chance('tickets', storm.seed)
  let last: number[] = []
  while (scene.filed < storm.tickets) {
    const ready = await store.readyList(Date.now(), 2 * storm.agents)
    const pace = (storm.tickets * (sum(scene.killed) + 10)) / Math.max(1, storm.kills)
    if (ready.length >= 2 * storm.agents || scene.filed > pace) {
      await sleep(100)
      continue
    }
    const wanted = ticketOf(draw, ++scene.filed, storm.sandbox)
    const { title, script, follows } = wanted
    if (wanted.leaves) expected.leaves.set(title, wanted.leaves)
    expected.touches.set(title, wanted.touches)
    for (const path of wanted.removes) expected.removed.add(path)
    const priority = draw.happens(10) ? draw.between(-1, 2) : 0
    const id = await fileTicket(server, confirmed, {
      title,
      script,
      blockedBy: follows ? last : [],
      priority,
    })
    last = [id]
    if (draw.happens(30)) await comment(server, confirmed, { ticket: id, text: `Said of ${title}.` })
  }
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, each) => all + each, 0)

const OFTEN: [Victim, number][] = [
  ['server', 20],
  ['agent', 20],
  ['harness', 20],
  ['gate', 20],
  ['git', 20],
]

async function killing(scene: Scene): Promise<void> {
  const { storm, server, draw, killed } = scene
  const rest = [
    ...many('pause', storm.pauses),
    ...many('disk full', storm.full),
    ...many('engine', storm.engine),
  ]
  const others = rest.length > 0 ? (storm.kills + rest.length) / rest.length : Number.POSITIVE_INFINITY
  await server.api()
  const all = storm.kills + rest.length
  for (let n = 1; n <= all; n++) {
    while (n > (all * scene.filed) / storm.tickets) await sleep(100)
    const isOther = rest.length > 0 && Math.floor(n / others) > Math.floor((n - 1) / others)
    const what = isOther ? rest.shift()! : drawn(draw)
    do await sleep(draw.between(30, 300))
    while (!(await strike(scene, what)))
    killed[what] = (killed[what] ?? 0) + 1
  }
}

const many = (what: 'pause' | 'disk full' | 'engine', times: number) =>
  Array.from({ length: times }, () => what)

function drawn(draw: Chance): Victim {
  let at = draw.below(100)
  for (const [what, share] of OFTEN) {
    if (at < share) return what
    at -= share
  }
  return 'server'
}

/** Longer than a lease. */
const PAUSE_MS = 65_000

/** False: nobody was there. */
async function strike({ server, engine, project, storm, draw }: Scene, what: string): Promise<boolean> {
  const pid = server.pid()
  if (pid === null) return false
  if (what === 'pause') {
    if (!signal(pid, 'SIGSTOP')) return false
    await sleep(PAUSE_MS)
    return signal(pid, 'SIGCONT')
  }
  if (what === 'disk full') return fillDisk(project, draw.between(300, 2000))
  if (what === 'engine') return loseEngine(engine!, project, draw.between(2000, 8000))
  if (what === 'agent' && storm.sandbox === 'docker') return killContainer(project, draw)
  const sandboxes = join(project.env.HOME!, '.cache/swarm')
  const found = find(what as Victim, { server: pid, sandboxes, pick: draw.pick })
  return found.map((each) => signal(each, 'SIGKILL')).some(Boolean)
}

/** Whoever removes the folder unmounts it before. */
export const smallDiskIn = (above: string) => join(above, 'small')

/** A disk of 160 MiB below the folder. Throws where nobody may make one. */
function smallDisk(above: string): string {
  const place = smallDiskIn(above)
  mkdirSync(place)
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'swarm-chaos', place], {
    encoding: 'utf8',
  })
  if (status !== 0)
    throw new Error(`The disk-full part was not run: no small disk can be made here (${stderr.trim()}).`)
  return place
}

/** Takes all the room there is, for a while. */
async function fillDisk({ env }: Project, ms: number): Promise<boolean> {
  const path = join(env.HOME!, 'filler')
  const chunk = Buffer.alloc(1024 * 1024)
  try {
    for (;;) writeFileSync(path, chunk, { flag: 'a' })
  } catch {
    await sleep(ms)
  }
  rmSync(path, { force: true })
  return true
}

async function inbox(scene: Scene): Promise<void> {
  while (!scene.isOver) {
    await clearInbox(scene.server, scene.confirmed)
    await sleep(400)
  }
}

/** Until every ticket is done or with a person; gives up after a while, and the verdict says what is left. */
async function settling(scene: Scene): Promise<void> {
  const { storm, store } = scene
  const due = storm.kills + storm.pauses + storm.full + storm.engine
  let since = Date.now()
  for (let turn = 0; ; turn++) {
    await sleep(1000)
    const all = new Map((await store.tickets({})).map((ticket) => [ticket.id, ticket]))
    const left = [...all.values()].filter((ticket) => !isOver(ticket, all)).length
    if (turn % 10 === 9)
      console.error(`${scene.filed} filed, ${left} under way, ${JSON.stringify(scene.killed)}`)
    if (scene.filed < storm.tickets || sum(scene.killed) < due) since = Date.now()
    else if (left === 0 || Date.now() - since > storm.patience * 1000) break
  }
  scene.isOver = true
}
