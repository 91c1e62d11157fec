/** Program from its start until nothing that it started is left: its output, and its end. */
import type { ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { patiently } from '../ports/patience.ts'
import type { ExecOptions, ExecResult } from '../ports/sandbox.ts'
import { Trouble } from '../ports/trouble.ts'
import { lineReader, type Tail, tailOf } from './lines.ts'
import { readToEnd } from './pipes.ts'

/** Running program, and the way to end all of it. */
export interface Launched {
  child: ChildProcess
  /** Ends it and all that it started, unless it has ended by itself. */
  endAll(how: Ended): Promise<void>
}

/** Makes a launched program of a child whose end concerns nothing but itself. */
export const alone = (child: ChildProcess): Launched => ({
  child,
  async endAll(how) {
    if (how !== 'by itself') child.kill('SIGKILL')
  },
})

/** Waits until a child runs; throws Trouble for one that could not be started, which the child reports only later. */
export async function running<C extends ChildProcess>(child: C): Promise<C> {
  if (child.pid !== undefined) return child
  const failure = await new Promise<Error>((resolve) => child.once('error', resolve))
  throw new Trouble('sandbox', `A program for the sandbox could not be started: ${failure.message}.`, {
    cause: failure,
  })
}

/** Way in which a program ended. */
export type Ended = 'by itself' | 'aborted' | 'timed out'

/** Options of a watched program. */
export interface Watched extends Pick<ExecOptions, 'onLine' | 'signal' | 'timeoutMs'> {
  stdin?: string | Buffer | Readable
  /** Receives stdout unchanged, instead of lines. */
  sink?: Writable
}

/** End of a watched program. */
export type ProgramEnd = Omit<ExecResult, 'outOfMemory'> & {
  /** Error of starting it; null when it started. */
  failure: NodeJS.ErrnoException | null
}

export const CALLED_OFF: ProgramEnd = {
  exit: null,
  signal: 'SIGTERM',
  timedOut: false,
  output: '',
  cut: [],
  failure: null,
}

/** Watches a program to its end. Never rejects for its failures. */
export async function watchProgram({ child, endAll }: Launched, options: Watched): Promise<ProgramEnd> {
  const output = tailOf()
  const exited = exitOf(child)
  const flush = listen(child, output, options)
  feed(child.stdin, options.stdin)
  const ended = child.pid === undefined ? 'by itself' : await endOf(exited, options)
  await endAll(ended)
  const { error } = child.pid === undefined ? await exited : { error: null }
  if (error) return { ...CALLED_OFF, signal: null, failure: error }
  const cut = await readToEnd({ stdout: child.stdout!, stderr: child.stderr! })
  if (cut.length > 0) child.unref()
  flush()
  return { ...(await outcome(ended, exited)), output: output.text(), cut, failure: null }
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

/** Writes the input to a program. It may end without reading it: that is not an error. */
function feed(stdin: Writable | null, input: Watched['stdin']): void {
  stdin?.on('error', () => {})
  if (input === undefined || typeof input === 'string' || Buffer.isBuffer(input))
    return void stdin?.end(input)
  input.on('error', () => stdin?.end())
  stdin?.on('close', () => input.destroy())
  if (stdin) input.pipe(stdin)
}

function listen(child: ChildProcess, output: Tail, { onLine, sink }: Watched): () => void {
  const readers = (['stdout', 'stderr'] as const).map((stream) => {
    const reader = lineReader((line) => {
      output.add(line)
      onLine?.(line, stream)
    })
    // What could not be started has no streams, if no descriptor was left for them.
    if (sink && stream === 'stdout') {
      // What it takes no more of goes nowhere, so that the program is not held up by it.
      sink.once('close', () => child.stdout?.resume())
      child.stdout?.pipe(sink)
    } else child[stream]?.on('data', reader.push)
    return reader
  })
  return () => {
    for (const reader of readers) reader.end()
  }
}

function endOf(exited: Promise<Exit>, { signal, timeoutMs }: Watched): Promise<Ended> {
  return new Promise((resolve) => {
    const forget = timeoutMs === undefined ? () => {} : patiently(timeoutMs, () => end('timed out'))
    const aborted = () => end('aborted')
    const end = (how: Ended) => {
      forget()
      signal.removeEventListener('abort', aborted)
      resolve(how)
    }
    signal.addEventListener('abort', aborted)
    if (signal.aborted) aborted()
    void exited.then(() => end('by itself'))
  })
}

/** Milliseconds to wait for a program's exit code, once nothing of it is left. */
const SOON_MS = 200

/** Result of a program; one that we ended counts as ended by a signal, whatever its exit code. */
async function outcome(
  ended: Ended,
  exited: Promise<Exit>,
): Promise<Pick<ProgramEnd, 'exit' | 'signal' | 'timedOut'>> {
  if (ended === 'by itself') {
    const { code, signal } = await exited
    return { exit: code, signal, timedOut: false }
  }
  const late = new Promise<null>((resolve) => patiently(SOON_MS, () => resolve(null)))
  const signal = (await Promise.race([exited, late]))?.signal ?? 'SIGTERM'
  return { exit: null, signal, timedOut: ended === 'timed out' }
}
