/** One history from one plan: the world, its weather, who acts in it, and the watch that checks it all the while. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Trouble } from '../../src/ports/trouble.ts'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import { chance } from './chance.ts'
import { known } from './known.ts'
import { LIST, NEW_LIST } from './list.ts'
import { clearInbox, fileMending, fileTicket, interfere } from './people.ts'
import { CALM, type Call, type Plan, type Weather } from './plan.ts'
import { go, start } from './process.ts'
import { breakMain, mendMain, type RedPush } from './red-push.ts'
import { keepTree, mainOf, newDisk, treeOf, write } from './repo.ts'
import { GATE, MANIFEST } from './sandbox.ts'
import { FOREVER, schedule } from './schedule.ts'
import type { Process, Simulation } from './stage.ts'
import { newTruth, type Truth } from './truth.ts'
import { Violation, type Watch, watch } from './watch.ts'

export interface Outcome {
  /** Tickets that reached their end. */
  lives: number
  /** Milliseconds of simulated time. */
  simulated: number
  violation: { number: number; invariant: string; sentence: string } | null
  history: string[]
  late: { sent: number; taken: string[] }
  counts: Truth['counts']
}

const EPOCH = Date.UTC(2026, 0, 1)
/** Time enough for everything to come to its end once nothing goes wrong any more. */
const PATIENCE = 3 * 3_600_000

/** On memory where the machine offers it as files. */
const ROOM = process.platform === 'linux' ? '/dev/shm' : tmpdir()

export async function room(): Promise<{ make: () => string; close: () => void }> {
  const folder = mkdtempSync(join(ROOM, 'swarm-sim-'))
  const template = join(folder, 'template.db')
  await (await openSqlite({ path: template, create: true })).close()
  let made = 0
  return {
    make() {
      const before = join(folder, `${made}.db`)
      for (const end of ['', '-wal', '-shm']) rmSync(before + end, { force: true })
      const path = join(folder, `${++made}.db`)
      copyFileSync(template, path)
      return path
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export async function simulate(plan: Plan, database: string): Promise<Outcome> {
  const history: string[] = []
  const sim = begin(plan, database, history)
  const eye = await watch(sim, (line) => sim.tell(line))
  let violation: Outcome['violation'] = null
  try {
    await live(sim, eye)
  } catch (error) {
    if (!(error instanceof Violation)) throw error
    violation = { number: error.number, invariant: error.invariant, sentence: error.message }
  } finally {
    for (const process of sim.processes) process.end()
    await eye.close()
  }
  const { late, counts } = sim.truth
  return { lives: eye.lives(), simulated: sim.schedule.now(), violation, history, late, counts }
}

function begin(plan: Plan, database: string, history: string[]): Simulation {
  const times = schedule()
  const draw = chance('time', plan.seed)
  const counts = new Map<Call, number>()
  const now = () => times.now()
  const during = (what: Weather['what']) =>
    plan.weather.find((each) => each.what === what && each.at <= now() && now() < each.at + each.lasts)
  let jumped = 0
  /** The furthest one is not even of this year, and put right after a while. */
  const jump = ({ by, lasts }: Weather) => {
    const isWild = by >= HOUR
    jumped += isWild ? YEAR : by
    if (!isWild) return
    times.after(lasts, FOREVER, () => {
      jumped -= YEAR
    })
  }
  const sim: Simulation = {
    plan,
    schedule: times,
    truth: newTruth(),
    disk: newDisk('main', {
      'verify.sh': { mode: '100755', text: GATE },
      'package.json': { mode: '100644', text: MANIFEST },
      'README.md': { mode: '100644', text: 'A project.\n' },
      [LIST]: { mode: '100644', text: NEW_LIST },
    }),
    database,
    known: known(),
    process: null,
    processes: new Set(),
    ids: new Map(),
    wall: () => EPOCH + Math.floor(now()) + jumped,
    lastTrouble: 0,
    account() {
      if (during('login expired')) return 'expired'
      const limit = during('usage limit')
      return limit ? { limited: sim.wall() + limit.at + limit.lasts - now(), told: limit.by === 1 } : 'fine'
    },
    isFull: () => during('disk full') !== undefined,
    faultAt(call) {
      const nth = (counts.get(call) ?? 0) + 1
      counts.set(call, nth)
      const fault = plan.faults.find((each) => each.call === call && each.nth === nth)
      if (fault) trouble(sim, now())
      return fault
    },
    time: (usual) => (plan.jitter === 0 ? usual : (usual * (50 + draw.below(plan.jitter + 1))) / 100),
    kill: (process) => kill(sim, process),
    tell: (line) => history.push(`${(now() / 1000).toFixed(3)} ${line}`),
  }
  for (const each of plan.weather)
    times.after(each.at, FOREVER, () => {
      sim.tell(`weather: ${each.what} for ${each.lasts / 1000} s`)
      if (each.what === 'clock jump') jump(each)
      weather(sim, each)
    })
  for (const each of plan.reds) times.after(each.at, FOREVER, () => turnRed(sim, each))
  return sim
}

const HOUR = 3_600_000
const YEAR = 365 * 24 * HOUR

/** What has begun before may last longer. */
function trouble(sim: Simulation, until: number): void {
  sim.lastTrouble = Math.max(sim.lastTrouble, until)
}

function kill(sim: Simulation, process: Process): void {
  if (process.dead) return
  sim.tell(`process ${process.number} dies`)
  sim.truth.counts.kills++
  trouble(sim, sim.schedule.now())
  process.end()
  sim.processes.delete(process)
  if (sim.process !== process) return
  sim.process = null
  sim.schedule.after(sim.time(8000), FOREVER, () => boot(sim))
}

async function boot(sim: Simulation): Promise<void> {
  if (sim.process) return
  const number = ++sim.truth.counts.restarts
  sim.tell(`process ${number} starts`)
  const process = await start(sim, number)
  sim.process = process
  sim.processes.add(process)
  go(sim, process)
}

/** Somebody pushes to `main` by hand, again and again: nothing of ours is asked. */
function push(sim: Simulation, until: number): void {
  const { disk, schedule: times } = sim
  const tip = disk.commits.get(mainOf(disk))!
  const text = `pushed at ${times.now()}\n`
  const tree = keepTree(disk, new Map(treeOf(disk, tip.tree)).set('pushed.txt', { mode: '100644', text }))
  const draft = { parents: [tip.commit], message: 'Pushed\n', author: 'Ada <ada@example.org>', at: 0 }
  disk.refs.set(`refs/heads/${disk.branch}`, write(disk, { ...draft, tree }))
  if (times.now() < until) times.after(sim.time(2000), FOREVER, () => push(sim, until))
}

function turnRed(sim: Simulation, { at, lasts, mender }: RedPush): void {
  sim.tell(`main turns red for ${lasts / 1000} s, and then a ${mender} mends it`)
  trouble(sim, at + lasts)
  breakMain(sim.disk, at)
  if (mender === 'ticket') act(sim, at + lasts, (process) => fileMending(process, at))
  else sim.schedule.after(lasts, FOREVER, () => mendMain(sim.disk, sim.truth))
}

function weather(sim: Simulation, { what, lasts }: Weather): void {
  trouble(sim, sim.schedule.now() + (what === 'kill' ? 0 : lasts))
  if (what === 'pushes') push(sim, sim.schedule.now() + lasts)
  if (what === 'disk full') sim.truth.counts.fullDisks++
  if (what === 'kill' && sim.process) sim.kill(sim.process)
  if (what === 'pause' || what === 'takeover') freeze(sim, { what, lasts })
}

/** Not while it holds the store's lock: nobody could take over then. */
function freeze(sim: Simulation, { what, lasts }: Pick<Weather, 'what' | 'lasts'>): void {
  const { process } = sim
  if (!process || process.frozenUntil > sim.schedule.now()) return
  if (process.open > 0) return void sim.schedule.after(1, FOREVER, () => freeze(sim, { what, lasts }))
  const until = sim.schedule.now() + lasts
  process.frozenUntil = until
  trouble(sim, until)
  sim.truth.counts.pauses++
  if (what === 'pause') return
  sim.process = null
  sim.schedule.after(1000, FOREVER, () => boot(sim))
  // It wakes, believes that it is still the one, and is ended only after a while.
  sim.schedule.after(lasts + 20_000, FOREVER, () => sim.kill(process))
}

const TURN = 20_000
/** More steps than any history needs: something goes round and round. */
const MOST = 400_000

async function live(sim: Simulation, eye: Watch): Promise<void> {
  const { plan, schedule: times } = sim
  await boot(sim)
  for (const ticket of plan.tickets) act(sim, ticket.at, (process) => fileTicket(sim, process, ticket))
  for (const deed of plan.deeds) act(sim, deed.at, (process) => interfere(sim, process, deed))
  for (let at = TURN; at < CALM; at += TURN) act(sim, at, (process) => clearInbox(sim, process))
  const end = CALM + PATIENCE
  while (await times.step()) {
    await eye.look()
    if (times.now() > CALM && eye.isAtRest()) break
    if (times.now() > end || times.steps() > MOST) eye.giveUp()
  }
  if (!eye.isAtRest()) eye.giveUp()
  await stop(sim)
  await eye.atTheEnd()
}

/** A server that dies while it is stopped has a successor, which is stopped then. */
async function stop(sim: Simulation): Promise<void> {
  const { process, schedule: times } = sim
  if (!process?.running) return
  let isOver = false
  process.running.stop().then(() => {
    isOver = true
  })
  while (!isOver && !process.dead && (await times.step()));
  if (isOver || !process.dead) return
  while (!sim.process?.running && (await times.step()));
  await stop(sim)
}

/** Somebody acts through the server; while none answers, they try again. */
function act(sim: Simulation, at: number, deed: (process: Process) => Promise<void>): void {
  sim.schedule.after(at - sim.schedule.now(), FOREVER, () => {
    const { process } = sim
    const again = () => act(sim, sim.schedule.now() + 3000, deed)
    if (!process || process.frozenUntil > sim.schedule.now()) return again()
    deed(process).catch((error) => {
      if (!(error instanceof Trouble)) throw error
      sim.tell(`somebody is told: ${error.message}`)
      if (error.code === 'disk') again()
    })
  })
}
