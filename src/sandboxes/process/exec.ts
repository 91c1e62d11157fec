/** Programs in a sandbox that is only a folder: the process tree is watched, so that all of it can be ended. */
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import type { ExecOptions, ExecResult } from '../../ports/sandbox.ts'
import { Trouble } from '../../ports/trouble.ts'
import { turnToStart } from '../../ports/turns.ts'
import { CALLED_OFF, type ProgramEnd, type Watched, watchProgram } from '../program.ts'
import type { Grower, Watch } from './tree.ts'

/** Place to run a program in, and the watch of its processes. */
export interface Running {
  checkout: string
  env: Record<string, string>
  watch: Watch
  recorded: Grower['recorded']
  folder: Grower['folder']
}

/** Runs a program; this kind of sandbox has no memory limit. Throws Trouble only when it cannot be started at all. */
export async function exec(running: Running, command: string[], options: ExecOptions): Promise<ExecResult> {
  return { ...(await runProgram(running, command, options)), outOfMemory: null }
}

type Printed = Omit<ProgramEnd, 'failure'>
type Options = Watched & Pick<ExecOptions, 'cwd' | 'env'>

/** Runs a program and watches all that it starts. Gives exit 127 or 126, as a shell does, when it cannot be run. */
export async function runProgram(
  { checkout, env, watch, recorded, folder }: Running,
  [program, ...args]: string[],
  options: Options,
): Promise<Printed> {
  await turnToStart()
  const { failure, ...end } = options.signal.aborted
    ? CALLED_OFF
    : await begun().catch((failure) => ({ ...CALLED_OFF, failure }))
  return failure ? notStarted(program!, failure) : end

  // Already the look at what runs before it may fail, at once.
  async function begun() {
    return watchProgram(watch.start({ launch, recorded, folder }), options)
  }

  function launch() {
    return spawn(program!, args, {
      cwd: resolve(checkout, options.cwd ?? '.'),
      env: { ...env, ...options.env },
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      // Its own session and group, which lead to whatever it starts.
      detached: true,
    })
  }
}

/** Result of a program that cannot be started, as a shell reports it. */
function notStarted(program: string, failure: NodeJS.ErrnoException): Printed {
  const nothing = { signal: null, timedOut: false, cut: [] }
  if (failure.code === 'ENOENT' || failure.code === 'ENOTDIR')
    return { ...nothing, exit: 127, output: `${program}: not found\n` }
  if (failure.code === 'EACCES') return { ...nothing, exit: 126, output: `${program}: cannot be run\n` }
  throw new Trouble('sandbox', `${program} could not be started: ${failure.message}.`, { cause: failure })
}
