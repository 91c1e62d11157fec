/** One container: started hardened, used by programs of the agent, and removed. */

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { SandboxSpec } from '../../ports/sandbox.ts'
import { Trouble } from '../../ports/trouble.ts'
import type { At, Enclosure } from '../enclosed.ts'
import { alone, type Ended } from '../program.ts'
import {
  END,
  END_MS,
  GATEWAY_PORT,
  HOLD,
  killsIn,
  RUN,
  RUN_BESIDE,
  SOCKET,
  SOCKET_FOLDER,
} from '../scripts.ts'
import { isCrowded } from './crowd.ts'
import { type Engine, folderOfEngine } from './engine.ts'
import type { Image } from './image.ts'
import { FILTERED } from './own-filter.ts'

/** Limits of one sandbox. */
export interface Limits {
  memoryMb: number
  cpus: number
  pids: number
  diskMb: number
}

/** Container to start. */
export interface NewContainer {
  engine: Engine
  name: string
  image: Image
  labels: Record<string, string>
  limits: Limits
  spec: SandboxSpec
}

/** Owner of PID 1 and the forwarder, so that ending all of an agent's processes never ends those. */
const KEEPER = '1100:1100'
export const AGENT = '1000:1000'

/** Makes a unique name for the container of a sandbox. */
export const containerName = (spec: SandboxSpec): string =>
  `swarm-${spec.name.replace(/[^A-Za-z0-9_.-]/g, '-')}-${randomBytes(5).toString('hex')}`

/**
 * Starts a container. It takes no signal: the engine finishes what it has begun even without its client, and nobody
 * could remove a container that does not exist yet. Throws Trouble.
 */
export async function startContainer(wanted: NewContainer): Promise<void> {
  const { engine, name, image, labels, limits, spec } = wanted
  const { memoryMb, cpus, pids, diskMb } = limits
  const socket = spec.gateway ? ['--volume', `${spec.gateway.socketFolder}:${SOCKET_FOLDER}:ro`] : []
  const keeper = spec.gateway
    ? ['node', '/opt/swarm/forward.cjs', String(GATEWAY_PORT), SOCKET]
    : ['sleep', 'infinity']
  await engine.ask([
    ...['run', '--detach', '--init', '--name', name, '--hostname', 'sandbox', '--pull', 'never'],
    ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    ...['--network', 'none', '--user', KEEPER, '--read-only', '--cap-drop', 'ALL'],
    ...['--security-opt', 'no-new-privileges', '--log-driver', 'none'],
    ...['--memory', `${memoryMb}m`, '--memory-swap', `${memoryMb}m`, '--pids-limit', String(pids)],
    ...['--cpus', String(cpus)],
    ...['--tmpfs', `/tmp:rw,nosuid,nodev,exec,mode=1777,size=${diskMb}m`],
    // Everybody's, for the keeper puts nothing there; Podman's have no owner.
    ...['--tmpfs', `${HOLD}:rw,nosuid,nodev,exec,mode=1777,size=${diskMb}m`],
    ...socket,
    ...['--entrypoint', keeper[0]!, image.id, ...keeper.slice(1)],
  ])
}

const KILLS = 'cat /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control 2>/dev/null || :'

/** Milliseconds that the kernel may take to end all of a container. */
const KILLED_MS = 4_000

/** Container that runs, with its limits. */
export interface Contained {
  engine: Engine
  name: string
  image: Image
  limits: Limits
  note: (line: string) => void
}

/** Enclosure whose `remove` says whether it is gone. */
type Removable = Omit<Enclosure, 'remove'> & { remove(): Promise<boolean> }

/** Makes the enclosure of a running container. */
export function containerEnclosure({ engine, name, image, limits, note }: Contained): Removable {
  const inside = (script: string, timeoutMs: number) =>
    engine.ask(['exec', '--user', AGENT, name, 'sh', '-c', script], { timeoutMs })
  let isRemoved = false

  async function endAll(how: Ended): Promise<void> {
    if (how === 'by itself' || isRemoved) return
    const end = () => inside(END, END_MS)
    const kill = () => engine.ask(['kill', name], { timeoutMs: KILLED_MS }).catch(() => {})
    const isFull = () => isCrowded(engine, name, limits.pids)
    if (await isFull()) return void (await kill())
    // A program that ends meanwhile takes this one with it, so once more.
    await end()
      .catch(async (failure) => {
        if (await isFull()) throw failure
        return end()
      })
      .catch(kill)
  }

  return {
    searchPath: image.searchPath,
    memoryMb: limits.memoryMb,
    diskMb: limits.diskMb,
    launch(command, at) {
      const child = programOf(engine, name, RUN, command, at)
      return {
        child,
        async endAll(how) {
          await endAll(how)
          if (how !== 'by itself') setTimeout(() => child.kill('SIGKILL'), 300).unref()
        },
      }
    },
    launchBeside: (command, at) => alone(programOf(engine, name, RUN_BESIDE, command, at)),
    async memoryKills() {
      const found = await inside(KILLS, 10_000).catch(() => null)
      if (found === null) throw await whyGone(engine, name, limits)
      return killsIn(found)
    },
    async remove() {
      isRemoved = true
      return engine.ask(['rm', '--force', '--volumes', name], { timeoutMs: 5_000 }).then(
        () => true,
        (failure) => {
          if (/no such container|no container with/i.test(failure.message)) return true
          note(`the container ${name} could not be removed; the next start does: ${failure.message}`)
          return false
        },
      )
    },
  }
}

/** Runs the engine's client, which runs a program inside by the script. */
function programOf(engine: Engine, name: string, script: string, command: string[], { cwd, env }: At) {
  const passed = Object.entries(env).flatMap(([key, value]) => [
    '--env',
    isOfEngine(key) ? `${key}=${value}` : key,
  ])
  const into = ['exec', '--interactive', '--user', AGENT, ...passed, name]
  const args = [...into, 'sh', '-c', script, 'sh', cwd, ...FILTERED, ...command]
  const options = { env: { ...env, ...engine.env }, cwd: folderOfEngine(), stdio: 'pipe' as const }
  return spawn(engine.program, args, options)
}

/** True for variables of the client itself, which are not passed inside under their own name. */
const isOfEngine = (key: string) =>
  /^(PATH|HOME|LANG|LC_ALL|TMPDIR|DOCKER_.*|CONTAINER.*|XDG_.*|SSH_.*)$/.test(key)

async function whyGone(engine: Engine, name: string, { memoryMb }: Limits): Promise<Trouble> {
  try {
    const state = JSON.parse(await engine.ask(['inspect', '--format', '{{json .State}}', name]))
    if (state.OOMKilled) return new Trouble('sandbox', outOfMemory(memoryMb), { retryable: false })
    return new Trouble(
      'sandbox',
      `The container ended before its work was done (${state.Status}, exit ${state.ExitCode}).`,
    )
  } catch (failure) {
    return failure instanceof Trouble ? failure : new Trouble('sandbox', 'The container is gone.')
  }
}

const outOfMemory = (limitMb: number) =>
  `Out of memory (limit ${limitMb} MB): the container was stopped. Raise memory_mb, or use less memory.`
