/** Start of the server in the background, and its end. */
import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { client } from '../../api/client.ts'
import type { Running, Server, Started, Stopped } from '../../cli/swarm/host/server.ts'
import { openSqlite } from '../../stores/sqlite/store.ts'
import { Refused } from '../../ticket/refused.ts'
import type { Ticket } from '../../ticket/ticket.ts'
import { clock } from '../machine/clock.ts'
import { BACKGROUND, type Environment, type Report } from '../machine/environment.ts'
import { isLocked } from '../project/lock.ts'
import type { ProjectPaths } from '../project/paths.ts'
import { findServer, readRecord, tokenOf } from '../project/record.ts'
import { endLeftovers } from '../sandbox/leftovers.ts'

/** Parameters of a start. */
export interface Launch {
  paths: ProjectPaths
  flags: Record<string, string>
  environment: Environment
  /** Path of this program. */
  program: string
  signal: AbortSignal
  /** Receives a line about each slow step of the start. */
  progress: (line: string) => void
}

/** Starts the server, or finds the running one. Throws Refused while one starts or stops, and when the start fails. */
export async function startInBackground(launch: Launch): Promise<Started | Running> {
  const { paths } = launch
  const there = findServer(paths)
  if (there === 'starting')
    throw new Refused('Swarm is just starting or stopping here. Try again in a moment.')
  return there ? alreadyRunning(paths, there) : launched(launch)
}

const justChanging = () => new Refused('Swarm is just starting or stopping here. Try again in a moment.')

async function alreadyRunning(paths: ProjectPaths, server: Server): Promise<Running> {
  const login = await client({ baseUrl: server.url, token: tokenOf(paths), fetch }).loginLink()
  return { ...server, already: true, login: login.url }
}

function launched({ paths, flags, environment, program, signal, progress }: Launch): Promise<Started> {
  const log = openSync(paths.serverLog, 'a', 0o600)
  const child = spawn(process.execPath, [program, 'start', '--foreground', ...written(flags)], {
    cwd: paths.root,
    env: { ...environment, [BACKGROUND]: '1' },
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  return new Promise((resolve, reject) => {
    let isOver = false
    const finish = (act: () => void) => {
      if (isOver) return
      isOver = true
      signal.removeEventListener('abort', give)
      act()
    }
    const give = () => {
      child.kill('SIGTERM')
      finish(() => reject(new Refused('Nothing was started.', 130)))
    }
    signal.addEventListener('abort', give)
    child.on('message', (report: Report) => {
      if ('progress' in report) return progress(report.progress)
      finish(() => {
        if ('refused' in report) return reject(new Refused(report.refused))
        child.disconnect()
        child.unref()
        resolve(report.started)
      })
    })
    child.on('error', (error) =>
      finish(() => reject(new Refused(`The server cannot be started: ${error.message}.`))),
    )
    child.on('exit', (exit, by) =>
      finish(() =>
        reject(
          new Refused(
            `The server ended at once (${by ?? `exit ${exit}`}). The end of its log:\n${endOf(paths.serverLog)}`,
          ),
        ),
      ),
    )
  })
}

const written = (flags: Record<string, string>) =>
  Object.entries(flags).map(([name, value]) => `--${name}=${value}`)

const LAST_LINES = 20

function endOf(path: string): string {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []
  return lines.slice(-LAST_LINES).join('\n')
}

/** Milliseconds that the server may take by itself, and after a signal. */
const ASKED_MS = 12_000
const SIGNALLED_MS = 7000

const NO_SANDBOXES = { ended: 0, left: [], why: null }

/** Stops the server and removes the sandboxes that remain. Throws Refused while it starts. */
export async function stopServer(paths: ProjectPaths, environment: Environment): Promise<Stopped> {
  const server = findServer(paths)
  if (server === null)
    return { server: null, how: 'asked', handedBack: [], underWay: [], sandboxes: NO_SANDBOXES }
  if (server === 'starting') throw justChanging()
  const { sandbox } = readRecord(paths) ?? {}
  const ended = await endAndCompare(paths, server)
  const sandboxes = await endLeftovers({ pid: server.pid, sandbox }, paths, environment)
  return { server, ...ended, sandboxes }
}

async function endAndCompare(
  paths: ProjectPaths,
  server: Server,
): Promise<Pick<Stopped, 'how' | 'handedBack' | 'underWay'>> {
  const store = await openSqlite({ path: paths.tickets }).catch(() => null)
  // A server of another version is stopped all the same; what it handed back only it can tell.
  if (store === null) return { how: await end(paths, server), handedBack: null, underWay: [] }
  try {
    const before = (await store.attempts({ live: true })).filter(({ leaseUntil }) => leaseUntil !== null)
    const how = await end(paths, server)
    const after = await Promise.all(before.map(({ ticket }) => store.ticket(ticket)))
    const now = (status: Ticket['stage']['status']) =>
      after.flatMap((ticket) => (ticket?.stage.status === status ? [ticket.id] : []))
    return { how, handedBack: now('open'), underWay: now('in_progress') }
  } finally {
    await store.close()
  }
}

/** Ends the server: asks it; then signals exactly the process that holds the lock; then kills it. */
async function end(paths: ProjectPaths, server: Server): Promise<Stopped['how']> {
  const api = client({ baseUrl: server.url, token: tokenOf(paths), fetch: briefly })
  const asked = await api.stop().then(
    () => true,
    () => false,
  )
  if (asked && (await isGone(paths, ASKED_MS))) return 'asked'
  signalOwner(paths, server, 'SIGTERM')
  if (await isGone(paths, SIGNALLED_MS)) return 'signalled'
  signalOwner(paths, server, 'SIGKILL')
  if (await isGone(paths, SIGNALLED_MS)) return 'killed'
  throw new Refused(`Process ${server.pid} does not end.`)
}

const briefly = (url: string, init: RequestInit = {}) =>
  fetch(url, { ...init, signal: AbortSignal.timeout(3000) })

/** Signals the owner of the lock, only while the record names the same process: its id may belong to another by now. */
function signalOwner(paths: ProjectPaths, { pid }: Server, signal: 'SIGTERM' | 'SIGKILL'): void {
  const now = findServer(paths)
  if (now === null || now === 'starting' || now.pid !== pid) return
  try {
    process.kill(pid, signal)
  } catch {
    // It has just ended.
  }
}

const LOOK_MS = 50

async function isGone(paths: ProjectPaths, within: number): Promise<boolean> {
  const until = clock.now() + within
  while (isLocked(paths.lock)) {
    if (clock.now() > until) return false
    await clock.sleep(LOOK_MS, new AbortController().signal)
  }
  return true
}
