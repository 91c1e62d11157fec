/**
 * One room: namespaces that live as long as their first process, which bubblewrap starts and which does nothing.
 * Programs enter it by a few lines of Perl, which also apply the filter of system calls and give them a new, empty key
 * ring; a forwarder with only its network passes their traffic to the gateway.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { patiently } from '../../ports/patience.ts'
import type { SandboxSpec } from '../../ports/sandbox.ts'
import { Trouble } from '../../ports/trouble.ts'
import type { Enclosure } from '../enclosed.ts'
import { alone, type Launched, running } from '../program.ts'
import { END, END_MS, GATEWAY_PORT, killsIn, RUN, RUN_BESIDE } from '../scripts.ts'
import type { Group, Limits } from './cgroup.ts'
import { filterFor } from './system-calls.ts'
import { viewOf } from './view.ts'

/** Programs and folders of this machine that a room needs. */
export interface Tools {
  /** PATH of this machine with bwrap, perl, prlimit and sh. */
  searchPath: string
  /** True when this bubblewrap knows `--size`. */
  canSize: boolean
  canCloseUsers: boolean
  node: string
  /** Paths of `templates/forward.cjs` and `templates/enter.pl` on this machine. */
  forwarder: string
  entrance: string
  /** Folders to show inside, read-only. */
  shown: string[]
  /** Folder with the swarm's own programs, which appears inside at `PROGRAMS`. */
  programs?: string
}

/** Room to open. */
export interface NewRoom {
  tools: Tools
  limits: Limits
  group: Group | null
  spec: SandboxSpec
}

const NAMESPACES = ['--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts']
/**
 * Script of the first process. It speaks once, since bubblewrap reports its process id before its whole view is in
 * place; it ends when its input does, and so with the server. A program inside may end the cat, which does not end the
 * input.
 */
const IDLE = 'echo ready; until cat; do :; done'
/** First descriptor after standard input, output, error and bubblewrap's report. */
const FIRST = 4

/** Opens a room and its forwarder. Throws Trouble with bubblewrap's words when it cannot start. */
export async function openRoom(room: NewRoom, signal: AbortSignal): Promise<Enclosure> {
  const { tools, limits, group, spec } = room
  const { args, contents } = viewOf({ ...tools, diskMb: limits.diskMb }, FIRST)
  const filter = filterFor(process.arch)
  const descriptor = FIRST + contents.length
  const command = [
    ...entering(tools, 0, []),
    ...['bwrap', ...NAMESPACES, '--unshare-cgroup-try', ...(tools.canCloseUsers ? ['--disable-userns'] : [])],
    ...['--uid', '1000', '--gid', '1000', '--hostname', 'sandbox', '--die-with-parent', '--new-session'],
    ...['--clearenv', '--setenv', 'PATH', '/usr/local/bin:/usr/bin:/bin', ...args],
    ...(filter === null ? [] : ['--seccomp', String(descriptor)]),
    ...['--info-fd', '3', '--as-pid-1', '--', 'sh', '-c', IDLE],
  ]
  const given: (string | Buffer)[] = filter === null ? contents : [...contents, filter]
  const pipes = given.map(() => 'pipe' as const)
  const keeper = await running(
    launch(room, command, {
      env: { PATH: tools.searchPath },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe', ...pipes],
    }),
  )
  for (const [at, content] of given.entries()) {
    const pipe = keeper.stdio[FIRST + at] as Writable
    pipe.on('error', () => {}).end(content)
  }
  const stop = () => void keeper.kill('SIGKILL')
  signal.addEventListener('abort', stop)
  try {
    const pid = await firstProcess(keeper)
    const forwarder = spec.gateway
      ? await forward(tools, pid, `${spec.gateway.socketFolder}/gateway.sock`)
      : null
    return enclosureOf(room, { keeper, forwarder, pid })
  } catch (failure) {
    stop()
    await group?.remove()
    throw failure
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Script that joins the sandbox's group on this machine; without one, each process has limits of its own. */
const JOIN = 'while [ "$1" != -- ]; do echo $$ > "$1" || exit 125; shift; done; shift; exec "$@"'

function launch(
  { group, limits }: NewRoom,
  command: string[],
  options: { env: Record<string, string>; stdio: ('ignore' | 'pipe')[] },
): ChildProcess {
  const has = (what: Group['limits'][number]) => group?.limits.includes(what) === true
  const limit = [
    ...['prlimit', '--core=0'],
    ...(has('memory') ? [] : [`--data=${limits.memoryMb * 1024 * 1024}`]),
    ...(has('processes') ? [] : [`--nproc=${limits.pids}`]),
    '--',
  ]
  const args = ['-c', JOIN, 'sh', ...(group?.joins ?? []), '--', ...limit, ...command]
  // A session of its own: no terminal to write to.
  return spawn('/bin/sh', args, { ...options, cwd: '/', detached: true })
}

/** Process id of the first process on this machine; throws bubblewrap's words when it did not start. */
async function firstProcess(keeper: ChildProcess): Promise<number> {
  let [told, said] = ['', '']
  keeper.stderr!.on('data', (chunk: Buffer) => {
    said = (said + chunk).slice(-2000)
  })
  const report = keeper.stdio[3] as Readable
  report.on('data', (chunk: Buffer) => {
    told += chunk
  })
  const isTold = once(report, 'end')
  const isReady = once(keeper.stdout!, 'data').then(() => isTold)
  await Promise.race([isReady, once(keeper, 'close')]).catch(() => {})
  const pid = /"child-pid": (\d+)/.exec(told)?.[1]
  if (pid !== undefined) return Number(pid)
  const why = said.trim().split('\n').at(-1) || 'it ended at once'
  throw new Trouble('engine', `bubblewrap could not make a sandbox: ${why}.`)
}

/** Command that runs the following words in these namespaces of a process; with 0, in our own. */
const entering = ({ entrance }: Tools, pid: number, namespaces: string[]) => [
  ...['perl', entrance, process.arch, filterFor(process.arch)?.toString('hex') ?? '', String(pid)],
  ...[...namespaces, '--'],
]

const ITS_NETWORK = ['net']
const ALL = [...ITS_NETWORK, 'mnt', 'ipc', 'uts', 'pid']

/** Starts the forwarder and waits until it listens. */
async function forward(tools: Tools, pid: number, socket: string): Promise<ChildProcess> {
  const { node, forwarder, searchPath } = tools
  const [program, ...args] = [
    ...entering(tools, pid, ITS_NETWORK),
    ...[node, forwarder, String(GATEWAY_PORT), socket, 'attached'],
  ]
  const child = await running(
    spawn(program!, args, { env: { PATH: searchPath }, stdio: ['pipe', 'pipe', 'ignore'] }),
  )
  child.stdin!.on('error', () => {})
  const listens = await Promise.race([
    once(child.stdout!, 'data').then(() => true),
    once(child, 'close').then(() => false),
  ]).catch(() => false)
  if (listens) return child
  throw new Trouble('sandbox', 'The connection to the gateway could not be opened.')
}

interface Running {
  keeper: ChildProcess
  forwarder: ChildProcess | null
  pid: number
}

function enclosureOf(room: NewRoom, { keeper, forwarder, pid }: Running): Enclosure {
  const { tools, limits, group } = room
  const gone = once(keeper, 'close')
  const enter = entering(tools, pid, ALL)
  const inside = (command: string[], env: Record<string, string>) =>
    launch(room, [...enter, ...command], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  return {
    searchPath: [...new Set([...tools.shown.map((path) => `${path}/bin`), ...USUAL_PATH])].join(':'),
    memoryMb: limits.memoryMb,
    diskMb: tools.canSize ? limits.diskMb : null,
    launch: (command, { cwd, env }) => launched(inside(['sh', '-c', RUN, 'sh', cwd, ...command], env)),
    launchBeside: (command, { cwd, env }) =>
      alone(inside(['sh', '-c', RUN_BESIDE, 'sh', cwd, ...command], env)),
    async memoryKills() {
      if (keeper.exitCode !== null || keeper.signalCode !== null)
        throw new Trouble('sandbox', 'The sandbox ended before its work was done.')
      return killsIn(group?.memoryEvents() ?? '')
    },
    async remove() {
      forwarder?.kill('SIGKILL')
      keeper.kill('SIGKILL')
      if (keeper.exitCode === null && keeper.signalCode === null) await gone
      await group?.remove()
    },
  }

  function launched(child: ChildProcess): Launched {
    return {
      child,
      async endAll(how) {
        if (how === 'by itself' || keeper.signalCode !== null) return
        const ender = inside(['sh', '-c', END], { PATH: USUAL_PATH.join(':') })
        ender.on('error', () => {})
        const forget = patiently(END_MS, () => ender.kill('SIGKILL'))
        await once(ender, 'close').catch(() => {})
        forget()
        setTimeout(() => child.kill('SIGKILL'), 300).unref()
      },
    }
  }
}

const USUAL_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']
