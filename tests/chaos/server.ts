/** The real server of a project, from dist/: started again whenever it is gone, until it is told to stop. */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, client } from '../../src/api/client.ts'
import { DIST, type Project } from './project.ts'

export interface Server {
  /** Of the process that runs now; null between two. */
  pid(): number | null
  starts(): number
  /** Waits until one answers; throws once it was started as often as it may be. */
  api(): Promise<Client>
  /** Asks it to end, and does not start it again. */
  stop(): Promise<void>
}

export interface Keeping {
  project: Project
  flags: string[]
  /** Beside the project's own, for the first start only. */
  first?: Record<string, string>
  /** How often it may be started; as often as it ends where that is not given. */
  mostStarts?: number
}

const kept = new Set<Server>()

/** All that are kept. */
export const stopServers = async (): Promise<void> => {
  await Promise.all([...kept].map((server) => server.stop()))
}

export function keepServer({ project, flags, first = {}, mostStarts = Infinity }: Keeping): Server {
  let child: ChildProcess | null = null
  let starts = 0
  let isOver = false
  const ended = (async () => {
    while (!isOver) {
      child = launch(project, flags, starts++ === 0 ? first : {})
      await new Promise((resolve) => child!.once('exit', resolve))
      child = null
      await sleep(50)
    }
  })()
  const server: Server = {
    pid: () => child?.pid ?? null,
    starts: () => starts,
    async api() {
      for (;;) {
        const found = child && reach(project, child.pid!)
        if (found) return found
        if (starts > mostStarts) throw new Error(`The server does not stay: ${lastWords(project)}`)
        await sleep(50)
      }
    },
    async stop() {
      isOver = true
      child?.kill('SIGCONT')
      child?.kill('SIGTERM')
      await ended
      kept.delete(server)
    },
  }
  kept.add(server)
  return server
}

function launch({ folder, env }: Project, flags: string[], more: Record<string, string>): ChildProcess {
  const log = openSync(join(folder, '.swarm', 'chaos.log'), 'a')
  const argv = [join(DIST, 'swarm.mjs'), 'start', '--foreground', '--harness', 'scripted', '--port', '0']
  const child = spawn(process.execPath, [...argv, ...flags], {
    cwd: folder,
    env: { ...env, ...more },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  return child
}

const lastWords = ({ folder }: Project): string =>
  readFileSync(join(folder, '.swarm', 'chaos.log'), 'utf8')
    .trim()
    .split('\n')
    .slice(-3)
    .join(' ')

/** By what it leaves in `.swarm/`; null while that is not of this process. */
function reach({ folder }: Project, pid: number): Client | null {
  const own = (file: string) => readFileSync(join(folder, '.swarm', file), 'utf8')
  try {
    const record = JSON.parse(own('server.json'))
    if (record.pid !== pid) return null
    const baseUrl = `http://127.0.0.1:${record.port}`
    return client({ baseUrl, token: own('token').trim(), fetch: soon })
  } catch {
    return null
  }
}

const soon = (url: string, init: RequestInit = {}) =>
  fetch(url, { ...init, signal: AbortSignal.timeout(15_000) })
