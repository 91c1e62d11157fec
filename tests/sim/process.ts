/** The server's process, as something that can die anywhere: all its ports, each call a point where the seed may act. */
import { run } from '../../src/life/run.ts'
import { NO_USAGE } from '../../src/ports/attempts.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Harness, HarnessEnd, HarnessTask } from '../../src/ports/harness.ts'
import type { Repo } from '../../src/ports/repo.ts'
import type { Sandbox, Sandboxes } from '../../src/ports/sandbox.ts'
import type { Store, Tx } from '../../src/ports/store.ts'
import { Trouble, type TroubleCode } from '../../src/ports/trouble.ts'
import type { GatewaySessions, World } from '../../src/ports/world.ts'
import type { Settings } from '../../src/settings/settings.ts'
import { type Database, type Driver, loadDriver } from '../../src/stores/sqlite/driver.ts'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import { SETTINGS, SILENT } from '../story/settings.ts'
import { memoryHarness } from './agent.ts'
import { CALM, type Call } from './plan.ts'
import { memoryRepo } from './repo.ts'
import { memorySandboxes } from './sandbox.ts'
import type { Process, Simulation } from './stage.ts'

/** What never comes: a dead process does not go on. */
const never = <T>(): Promise<T> => new Promise<T>(() => {})

type Caller = <T>(call: Call, work: () => Promise<T>) => Promise<T>

/** A process with everything open; `go` lets the server begin. It may die on the way. */
export async function start(sim: Simulation, number: number): Promise<Process> {
  const databases = new Set<Database>()
  let world: World
  const process: Process = {
    dead: false,
    frozenUntil: 0,
    number,
    get world() {
      return world
    },
    running: null,
    open: 0,
    doomed: false,
    asleep: new Set(),
    end() {
      process.dead = true
      for (const forget of process.asleep) forget()
      for (const database of databases) {
        if (database.isTransaction) database.exec('ROLLBACK')
        database.close()
      }
      databases.clear()
    },
  }
  const store = await openSqlite({ path: sim.database, driver: sim.known.told(remembering(databases)) })
  world = worldOf(sim, process, sim.known.reads(store))
  return process
}

export function go(sim: Simulation, process: Process): void {
  run(process.world).then(
    (running) => {
      process.running = running
    },
    (error) => {
      if (process.dead) return
      if (!(error instanceof Trouble)) throw error
      sim.tell(`process ${process.number} cannot start: ${error.message}`)
      sim.kill(process)
    },
  )
}

const driver = loadDriver()

/** The real SQLite; what it opened is closed when its process dies, and its open transaction with it. */
const remembering = (databases: Set<Database>): Driver => ({
  ...driver,
  open(path) {
    const database = driver.open(path)
    databases.add(database)
    return database
  },
})

function worldOf(sim: Simulation, process: Process, store: Store): World {
  const call = callerOf(sim, process)
  const clock = clockOf(sim, process)
  const pass = (ms: number, signal: AbortSignal) => clock.sleep(ms, signal)
  const records = { store: storeOf(sim, process, { store, call }), clock }
  const { plan, truth, disk } = sim
  const harness = memoryHarness({
    plan,
    truth,
    disk,
    records,
    pass,
    now: sim.schedule.now,
    account: sim.account,
  })
  const more = {
    random: () => sim.time(100) / 150,
    diskShortage: async () => (sim.isFull() ? 'The disk is full.' : null),
  }
  const setup = { disk, truth, seed: plan.seed, moody: plan.moody, pass }
  return {
    ...records,
    ...more,
    repo: repoOf(cursed(sim, memoryRepo(disk)), call),
    sandboxes: sandboxesOf(memorySandboxes(setup), call),
    harness: { ...harness, run: (task) => call('harness.run', () => performed(sim, process, harness, task)) },
    transcripts: {
      open: () => ({ reference: 'memory', append: () => {}, close: async () => {} }),
      read: async () => null,
      remove: async () => {},
    },
    // Its agents have no sessions that could go on elsewhere.
    sessions: { find: async () => null, keep: async () => {}, remove: async () => {} },
    settings: () => settings(plan),
    manual: 'Do ticket {{ticket}}, {{agent}}.',
    proposingManual: 'Propose, {{agent}}.',
    gateway: gatewayOf(sim),
    post: SILENT,
    scratch: '/scratch',
    note: (line) => {
      sim.tell(`process ${process.number}: ${line}`)
      if (line.includes('bug: ')) sim.truth.bugs.push(line)
    },
    gateLog: () => {},
  }
}

/** More often than a ticket is let near it. */
const MOST_CURSES = 7

function performed(
  sim: Simulation,
  process: Process,
  harness: Harness,
  task: HarnessTask,
): Promise<HarnessEnd> {
  const { plan, truth, ids, schedule } = sim
  const isCursed = plan.curse?.what === 'ends the server' && ids.get(plan.curse.ticket) === task.ticket.id
  if (!isCursed || schedule.now() > CALM || truth.curses++ >= MOST_CURSES) return harness.run(task)
  return die(sim, process)
}

/** Only the merge queue asks for work just as it came in. */
function cursed({ plan, ids }: Simulation, repo: Repo): Repo {
  const { curse } = plan
  if (curse?.what !== 'cannot be judged') return repo
  const find: Repo['find'] = async (ref) => {
    if (ref.startsWith(`refs/swarm/raw/${ids.get(curse.ticket)}/`)) throw troubleOf('repo.find')
    return repo.find(ref)
  }
  return { ...repo, find }
}

const opening = async () => ({ env: {}, programs: {}, socketFolder: null, close: async () => {} })
/** The gateway knows better than a harness that falls silent whether its model did. */
const gatewayOf = ({ truth }: Simulation): GatewaySessions => ({
  open: async ({ ticket, attempt }) => ({
    ...(await opening()),
    usage: () => NO_USAGE,
    news: () => null,
    refused: () => 0,
    unanswered: () =>
      truth.failures(ticket, attempt).at(-1) === 'overloaded'
        ? { requests: 3, gave: [null], since: 0 }
        : null,
  }),
  openGate: opening,
})

const settings = ({ agents, verifyRetries, propose }: Simulation['plan']): Settings => ({
  ...SETTINGS,
  propose,
  proposeMaxOpen: 2,
  proposeInterval: 20,
  agents,
  verifyRetries,
  saveInterval: 10,
  keepFinishedWork: 60,
})

function clockOf(sim: Simulation, process: Process): Clock & { monotonic: () => number } {
  return {
    now: () => sim.wall(),
    monotonic: () => Math.floor(sim.schedule.now()),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const forget = () => {
          cancel()
          signal.removeEventListener('abort', end)
          process.asleep.delete(forget)
        }
        const end = () => {
          forget()
          resolve()
        }
        const cancel = sim.schedule.after(ms, process, end)
        signal.addEventListener('abort', end, { once: true })
        process.asleep.add(forget)
      }),
  }
}

/** How long things take, in milliseconds, when nothing is wrong. */
const USUAL: Partial<Record<Call, number>> = {
  'store.transact': 1,
  'repo.receive': 30,
  'repo.merge': 10,
  'repo.advance': 8,
  'repo.commit': 5,
  'sandboxes.open': 400,
  'sandbox.close': 50,
}

function callerOf(sim: Simulation, process: Process): Caller {
  const wait = (ms: number) => new Promise<void>((resolve) => sim.schedule.after(ms, process, resolve))
  const carry = async <T>(call: Call, work: () => Promise<T>): Promise<T> => {
    const fault = sim.faultAt(call)
    if (fault) sim.tell(`${fault.what} ${call} #${fault.nth} of process ${process.number}`)
    if (fault?.what === 'crash before') return die(sim, process)
    if (fault?.what === 'trouble before') throw troubleOf(call)
    if (fault?.what === 'crash inside') process.doomed = true
    if (sim.isFull() && WRITING.includes(call)) throw new Trouble('disk', 'The disk is full.')
    const usual = sim.time(USUAL[call] ?? 0) + (fault?.what === 'slow' ? 20_000 : 0)
    if (usual > 0) await wait(usual)
    const result = await work()
    if (fault?.what === 'crash after') return die(sim, process)
    // A commit of SQLite either happens or does not; everything else may happen and yet seem not to have.
    if (fault?.what === 'trouble after' && !call.startsWith('store.')) throw troubleOf(call)
    return result
  }
  return async (call, work) => {
    if (process.dead) return never()
    try {
      const result = await carry(call, work)
      return process.dead ? never() : result
    } catch (error) {
      if (process.dead) return never()
      throw error
    }
  }
}

function die<T>(sim: Simulation, process: Process): Promise<T> {
  sim.kill(process)
  return never()
}

function troubleOf(call: Call): Trouble {
  const codes: Record<string, TroubleCode> = { store: 'store', repo: 'git' }
  return new Trouble(codes[call.split('.')[0]!] ?? 'sandbox', `${call} failed, as the seed wants it.`)
}

function storeOf(sim: Simulation, process: Process, { store, call }: { store: Store; call: Caller }): Store {
  return {
    ...whileAlive(process, store),
    ticket: (id) => call('store.ticket', () => store.ticket(id)),
    attempts: (filter) => call('store.attempts', () => store.attempts(filter)),
    landings: (filter) => call('store.landings', () => store.landings(filter)),
    receipt: (tree, fingerprint) => call('store.receipt', () => store.receipt(tree, fingerprint)),
    transact: (work) =>
      call('store.transact', () =>
        store.transact(async (tx) => {
          process.open++
          try {
            const { written, watched } = watching(tx)
            const result = await work(watched)
            if (process.doomed && written()) await die(sim, process)
            if (written() && sim.isFull()) throw new Trouble('disk', 'The disk is full.')
            return result
          } finally {
            process.open--
          }
        }),
      ),
  }
}

/** A dead process asks nothing, and is told nothing. */
function whileAlive(process: Process, store: Store): Store {
  const asked =
    (read: (...args: unknown[]) => Promise<unknown>) =>
    async (...args: unknown[]) => {
      if (process.dead) return never()
      const answer = await read(...args)
      return process.dead ? never() : answer
    }
  return { ...new Proxy(store, { get: (all, name) => asked(Reflect.get(all, name)) }) }
}

/** The transaction, and whether it has written anything. */
function watching(tx: Tx): { written: () => boolean; watched: Tx } {
  let isWritten = false
  const write =
    <A extends unknown[], T>(verb: (...args: A) => Promise<T>) =>
    (...args: A) => {
      isWritten = true
      return verb(...args)
    }
  // Before the transaction instead of a copy of it: this is done ten thousand times a minute.
  const watched: Tx = Object.assign(Object.create(tx), {
    save: write(tx.save),
    putAttempt: write(tx.putAttempt),
    putLanding: write(tx.putLanding),
    addReceipt: write(tx.addReceipt),
    putSetting: write(tx.putSetting),
  })
  return { written: () => isWritten, watched }
}

const WRITING: Call[] = ['repo.receive', 'repo.commit', 'repo.keep', 'repo.advance', 'sandboxes.open']

function repoOf(repo: Repo, call: Caller): Repo {
  return {
    ...repo,
    tip: () => call('repo.tip', repo.tip),
    find: (ref) => call('repo.find', () => repo.find(ref)),
    landed: (commit) => call('repo.landed', () => repo.landed(commit)),
    receive: (bundle, ref) => call('repo.receive', () => repo.receive(bundle, ref)),
    bases: (commit) => call('repo.bases', () => repo.bases(commit)),
    merge: (ours, theirs) => call('repo.merge', () => repo.merge(ours, theirs)),
    commit: (draft) => call('repo.commit', () => repo.commit(draft)),
    keep: (ref, commit) => call('repo.keep', () => repo.keep(ref, commit)),
    drop: (refs) => call('repo.keep', () => repo.drop(refs)),
    advance: (from, to) => call('repo.advance', () => repo.advance(from, to)),
    changes: (from, to) => call('repo.changes', () => repo.changes(from, to)),
    overlay: (tree, from, patterns) => call('repo.overlay', () => repo.overlay(tree, from, patterns)),
    read: (treeish, path) => call('repo.read', () => repo.read(treeish, path)),
    digest: (treeish, patterns) => call('repo.digest', () => repo.digest(treeish, patterns)),
  }
}

function sandboxesOf(sandboxes: Sandboxes, call: Caller): Sandboxes {
  return {
    ...sandboxes,
    reap: () => call('sandboxes.reap', sandboxes.reap),
    open: async (spec, signal) => {
      const sandbox = await call('sandboxes.open', () => sandboxes.open(spec, signal))
      return Object.assign(sandbox, callsOf({ ...sandbox }, call))
    },
  }
}

const callsOf = (sandbox: Sandbox, call: Caller): Partial<Sandbox> => ({
  write: (path, content, mode) => call('sandbox.write', () => sandbox.write(path, content, mode)),
  bring: (commit, signal) => call('sandbox.bring', () => sandbox.bring(commit, signal)),
  exec: (command, options) => call('sandbox.exec', () => sandbox.exec(command, options)),
  take: (command, host, options) => call('sandbox.take', () => sandbox.take(command, host, options)),
  close: () => call('sandbox.close', sandbox.close),
})
