/** A program from its start until nothing that it started is left: what it prints, and how it ends. */
import type { ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { patiently } from '../ports/patience.ts'
import type { ExecOptions, ExecResult } from '../ports/sandbox.ts'
import { Trouble } from '../ports/trouble.ts'
import { lineReader, type Tail, tailOf } from './lines.ts'
import { readToEnd } from './pipes.ts'

export interface Launched {
  child: ChildProcess
  /** Ends it and all that it started, if it has not ended by itself. */
  endAll(how: Ended): Promise<void>
}

/** A program whose end is nobody else's. */
export const alone = (child: ChildProcess): Launched => ({
  child,
  async endAll(how) {
    if (how !== 'by itself') child.kill('SIGKILL')
  },
})

/** A child that runs; throws Trouble for one that could not be started: that it tells only afterwards. */
export async function running<C extends ChildProcess>(child: C): Promise<C> {
  if (child.pid !== undefined) return child
  const failure = await new Promise<Error>((resolve) => child.once('error', resolve))
  throw new Trouble('sandbox', `A program for the sandbox could not be started: ${failure.message}.`, {
    cause: failure,
  })
}

export type Ended = 'by itself' | 'aborted' | 'timed out'

export interface Watched extends Pick<ExecOptions, 'onLine' | 'signal' | 'timeoutMs'> {
  stdin?: string | Buffer | Readable
  /** Takes what it prints on stdout as it is, instead of lines. */
  sink?: Writable
}

export type ProgramEnd = Omit<ExecResult, 'outOfMemory'> & {
  /** Why it could not be started; null when it was. */
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

/** It may end without having read its input; that is no failure of ours. */
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

/** How long the number of a program's end may be in coming, once nothing of it is left. */
const SOON_MS = 200

/** A program that we ended counts as ended by a signal, whatever it made of it. */
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
