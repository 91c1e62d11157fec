/** One program in a sandbox, from its start until nothing that it started is left. */
import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import type { ExecOptions, ExecResult } from '../../ports/sandbox.ts'
import { Trouble } from '../../ports/trouble.ts'
import { lineReader, type Tail, tailOf } from '../lines.ts'
import type { Grower, Watch } from './tree.ts'

export interface Running {
  checkout: string
  env: Record<string, string>
  watch: Watch
  recorded: Grower['recorded']
  folder: Grower['folder']
}

export async function runProgram(
  { checkout, env, watch, recorded, folder }: Running,
  [program, ...args]: string[],
  options: ExecOptions,
): Promise<ExecResult> {
  const output = tailOf()
  if (options.signal.aborted) return { exit: null, signal: 'SIGTERM', timedOut: false, output: '' }
  const launch = () =>
    spawn(program!, args, {
      cwd: resolve(checkout, options.cwd ?? '.'),
      env: { ...env, ...options.env },
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      // Its own session and group, which lead to whatever it starts.
      detached: true,
    })
  const { child, endAll } = watch.start({ launch, recorded, folder })
  const exited = exitOf(child)
  const flush = listen(child, output, options.onLine)
  const closed = new Promise<void>((done) => child.once('close', () => done()))
  child.stdin?.on('error', () => {}).end(options.stdin)
  const ended = child.pid === undefined ? 'by itself' : await endOf(exited, options)
  await endAll()
  if (child.pid === undefined) return notStarted(program!, await exited)
  await closedSoon(child, closed)
  flush()
  return { ...(await outcome(ended, exited)), output: output.text() }
}

interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
  error: NodeJS.ErrnoException | null
}

const exitOf = (child: ChildProcess) =>
  new Promise<Exit>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }))
    child.once('exit', (code, signal) => resolve({ code, signal, error: null }))
  })

/** What a shell says of a program that it cannot start. */
function notStarted(program: string, { error }: Exit): ExecResult {
  if (error?.code === 'ENOENT' || error?.code === 'ENOTDIR')
    return { exit: 127, signal: null, timedOut: false, output: `${program}: not found\n` }
  if (error?.code === 'EACCES')
    return { exit: 126, signal: null, timedOut: false, output: `${program}: cannot be run\n` }
  throw new Trouble('sandbox', `${program} could not be started: ${error?.message}.`, { cause: error })
}

function listen(child: ChildProcess, output: Tail, onLine: ExecOptions['onLine']): () => void {
  const readers = (['stdout', 'stderr'] as const).map((stream) => {
    const reader = lineReader((line) => {
      output.add(line)
      onLine?.(line, stream)
    })
    child[stream]!.on('data', reader.push)
    return reader
  })
  return () => {
    for (const reader of readers) reader.end()
  }
}

type Ended = 'by itself' | 'aborted' | 'timed out'

function endOf(exited: Promise<Exit>, { signal, timeoutMs }: ExecOptions): Promise<Ended> {
  return new Promise((resolve) => {
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => end('timed out'), timeoutMs)
    const aborted = () => end('aborted')
    const end = (how: Ended) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', aborted)
      resolve(how)
    }
    signal.addEventListener('abort', aborted)
    void exited.then(() => end('by itself'))
  })
}

const SOON_MS = 200

/** The pipes close with the last process that holds them; one that got away must not hold us too. */
async function closedSoon(child: ChildProcess, closed: Promise<void>): Promise<void> {
  const timer = setTimeout(() => {
    child.stdout?.destroy()
    child.stderr?.destroy()
    child.unref()
  }, SOON_MS)
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 2 * SOON_MS).unref())])
  clearTimeout(timer)
}

/** A program that we ended counts as ended by a signal, whatever it made of it. */
async function outcome(ended: Ended, exited: Promise<Exit>): Promise<Omit<ExecResult, 'output'>> {
  if (ended === 'by itself') {
    const { code, signal } = await exited
    return { exit: code, signal, timedOut: false }
  }
  const late = new Promise<null>((resolve) => setTimeout(resolve, SOON_MS, null).unref())
  const signal = (await Promise.race([exited, late]))?.signal ?? 'SIGTERM'
  return { exit: null, signal, timedOut: ended === 'timed out' }
}
