/**
 * Client of the engine: `docker`, or `podman`, which takes the same commands. It handles contexts and remote engines
 * itself.
 */
import { type SpawnOptions, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { Writable } from 'node:stream'
import { Trouble } from '../../ports/trouble.ts'
import { turnToStart } from '../../ports/turns.ts'
import { lineReader } from '../lines.ts'
import { alone, type ProgramEnd, watchProgram } from '../program.ts'
import { troubleOf } from './engine-trouble.ts'

/** Container engine, by its client program. */
export interface Engine {
  program: string
  /** Environment of the client: PATH, HOME, DOCKER_HOST and the like. */
  env: Record<string, string>
  /** Runs a command and gives its output. Throws Trouble, with a sentence, for anything but success. */
  ask(args: string[], options?: { signal?: AbortSignal; timeoutMs?: number }): Promise<string>
  /** Runs a command and passes on each line of both streams; gives its exit code. */
  follow(
    args: string[],
    options: { onLine: (line: string) => void; signal: AbortSignal },
  ): Promise<number | null>
}

/**
 * Working directory of the client. Not the project: Podman leaves a file there when a container has run out of memory.
 */
export const folderOfEngine = (): string => (existsSync(tmpdir()) ? tmpdir() : '/')

const TIMEOUT_MS = 60_000
const MOST_OUTPUT = 16 * 1024 * 1024

/** Makes the engine of a client program. */
export function engineOf({ program, env }: Pick<Engine, 'program' | 'env'>): Engine {
  return {
    program,
    env,
    ask: (args, options = {}) => ask({ program, env }, args, options),
    follow: (args, { onLine, signal }) => follow(program, args, { env, signal, onLine }),
  }
}

async function ask(
  { program, env }: Pick<Engine, 'program' | 'env'>,
  args: string[],
  { signal = FOREVER, timeoutMs = TIMEOUT_MS }: { signal?: AbortSignal; timeoutMs?: number },
): Promise<string> {
  const verb = args[0]!
  await turnToStart()
  if (signal.aborted) throw calledOff(program, verb)
  const flood = new AbortController()
  const chunks: Buffer[] = []
  let bytes = 0
  const sink = new Writable({
    write(chunk: Buffer, _, done) {
      bytes += chunk.length
      if (bytes <= MOST_OUTPUT) chunks.push(chunk)
      else flood.abort()
      done()
    },
  })
  const end = await watchProgram(alone(spawn(program, args, { env, cwd: folderOfEngine(), stdio: 'pipe' })), {
    ...{ sink, timeoutMs, signal: AbortSignal.any([signal, flood.signal]) },
  })
  const call = { program, verb, host: hostIn(env) }
  if (end.failure) throw troubleOf({ ...call, failure: end.failure, stderr: '' })
  if (signal.aborted && end.exit !== 0) throw calledOff(program, verb)
  const why = bytes > MOST_OUTPUT ? 'it printed more than 16 MiB' : whyNot(end, timeoutMs)
  if (why !== null) throw troubleOf({ ...call, failure: new Error(why), stderr: end.output })
  return Buffer.concat(chunks).toString().trim()
}

const FOREVER = new AbortController().signal

/** Explains an unusable answer when the engine says nothing itself; null for a usable one. */
function whyNot({ exit, signal, timedOut, cut }: ProgramEnd, timeoutMs: number): string | null {
  if (timedOut) return `it did not answer within ${timeoutMs / 1000} s`
  if (exit !== 0) return `it ended with ${signal ?? `exit ${exit}`}`
  return cut.includes('stdout') ? 'its answer could not be read to its end' : null
}

const calledOff = (program: string, verb: string) =>
  new Trouble('sandbox', `${program} ${verb} was called off.`)

function follow(
  program: string,
  args: string[],
  { onLine, ...options }: SpawnOptions & { onLine: (line: string) => void },
): Promise<number | null> {
  const child = spawn(program, args, { ...options, cwd: folderOfEngine(), stdio: ['ignore', 'pipe', 'pipe'] })
  return new Promise((resolve, reject) => {
    child.once('error', (failure) =>
      reject(troubleOf({ program, verb: args[0]!, host: '', failure, stderr: '' })),
    )
    child.once('close', resolve)
    for (const stream of [child.stdout, child.stderr]) {
      const reader = lineReader(onLine)
      stream?.on('data', reader.push).on('end', reader.end)
    }
  })
}

const hostIn = ({ DOCKER_HOST = '', CONTAINER_HOST = '' }: Record<string, string>) =>
  DOCKER_HOST || CONTAINER_HOST
