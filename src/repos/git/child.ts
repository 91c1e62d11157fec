/** One git process: input, output and its end. Nothing here throws: the result says how it ended. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { constants, setPriority } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { patiently } from '../../ports/patience.ts'

/** Git process to start. */
export interface Launch {
  argv: string[]
  /** Folder in which it starts; by default the root, where it can write nothing by accident. */
  folder: string | undefined
  env: Record<string, string>
  signal: AbortSignal | undefined
  input: string | Buffer | { file: string; start: number } | undefined
  /** Receives each piece of output, which is then not collected. `enough`: the rest is not waited for. */
  see: ((piece: Buffer) => unknown) | undefined
  /** Bytes of output after which to stop. */
  enough: number | undefined
  timeoutMs: number
  within: Within | undefined
  /** True: everything else on the machine goes first. */
  idle: boolean
}

/** Limits of one git process that reads hostile content: seconds of processor time, and MiB of memory. */
export interface Within {
  seconds: number
  megabytes: number
}

/** Reason for which we stopped a git process. */
export type Stop = 'enough' | 'too much' | 'time-out' | 'aborted'

/** End of a git process. */
export interface ChildEnd {
  exit: number | null
  /** Signal that ended it; null when it ended by itself. */
  killedBy: NodeJS.Signals | null
  stdout: Buffer
  stderr: string
  stopped: Stop | null
  /** Error of starting it; null when it started. */
  failure: NodeJS.ErrnoException | null
  /** Error that `see` threw; null when it threw none. */
  thrown: { error: unknown } | null
}

const ENDED: ChildEnd = {
  exit: null,
  killedBy: null,
  stdout: Buffer.alloc(0),
  stderr: '',
  stopped: null,
  failure: null,
  thrown: null,
}

/** End of a git whose owner was aborted before it started. */
export const NOT_BEGUN: ChildEnd = { ...ENDED, stopped: 'aborted' }

export const MOST_OUTPUT = 256 * 1024 * 1024

type Starting = Pick<Launch, 'argv' | 'env'> & Partial<Pick<Launch, 'folder' | 'within'>>

/**
 * Starts git in a process group of its own, so that its helpers end with it. Without a free descriptor for its pipes
 * the child has no streams, and reports the failure only later.
 */
export function launch({ argv, env, folder, within }: Starting): ChildProcess {
  const options = { cwd: folder ?? '/', env, detached: true }
  if (within === undefined) return spawn('git', argv, options)
  const { seconds, megabytes } = within
  // Not every system limits memory; none lets git go on without its processor time.
  const script = `ulimit -t ${seconds}; ulimit -v ${megabytes * 1024} 2> /dev/null || :; exec git "$@"`
  return spawn('/bin/sh', ['-c', script, 'sh', ...argv], options)
}

/** Runs one git to its end, and stops it by its limits. Never rejects. */
export async function child(wanted: Launch): Promise<ChildEnd> {
  try {
    const git = launch(wanted)
    if (wanted.idle) yieldTo(git)
    return await heard(git, wanted)
  } catch (failure) {
    return { ...ENDED, failure: failure as NodeJS.ErrnoException }
  }
}

/** Lowers the priority of a process; whatever it starts inherits that. */
function yieldTo({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW)
  } catch {
    // It has ended by itself, or this system knows no such thing.
  }
}

function heard(git: ChildProcess, wanted: Launch): Promise<ChildEnd> {
  return new Promise((resolve) => {
    const out: Buffer[] = []
    const end: ChildEnd = { ...ENDED }
    let size = 0
    const stop = (why: Stop) => {
      end.stopped ??= why
      if (git.pid !== undefined) endGroup(git.pid)
    }
    const abort = () => stop('aborted')
    const forget = patiently(wanted.timeoutMs, () => stop('time-out'))
    const finish = (how: Partial<ChildEnd>) => {
      forget()
      wanted.signal?.removeEventListener('abort', abort)
      resolve(Object.assign(end, how, { stdout: Buffer.concat(out) }))
    }
    git.on('error', (failure: NodeJS.ErrnoException) => finish({ failure }))
    git.on('close', (exit, killedBy) => finish({ exit, killedBy }))
    wanted.signal?.addEventListener('abort', abort)
    const { see } = wanted
    git.stdout?.on('data', (piece: Buffer) => {
      if (end.stopped !== null) return
      size += piece.length
      if (see === undefined && size > MOST_OUTPUT) return stop('too much')
      if (see === undefined) out.push(piece)
      else seen(see, piece, { end, stop })
      if (wanted.enough !== undefined && size >= wanted.enough) stop('enough')
    })
    git.stderr?.on('data', (piece: Buffer) => {
      end.stderr = (end.stderr + piece.toString()).slice(-8192)
    })
    if (git.stdin) feed(git.stdin, wanted.input)
  })
}

function seen(
  see: NonNullable<Launch['see']>,
  piece: Buffer,
  { end, stop }: { end: ChildEnd; stop: (why: Stop) => void },
): void {
  try {
    if (see(piece) === 'enough') stop('enough')
  } catch (error) {
    end.thrown = { error }
    stop('enough')
  }
}

/** Writes the input to a git. It may end without reading it: that is not an error. */
export function feed(stdin: Writable, input: Launch['input'] | Readable): void {
  stdin.on('error', () => {})
  if (input === undefined || typeof input === 'string' || Buffer.isBuffer(input)) {
    stdin.end(input ?? '')
    return
  }
  const source = 'file' in input ? createReadStream(input.file, { start: input.start }) : input
  source.on('error', () => stdin.end())
  stdin.on('close', () => source.destroy())
  source.pipe(stdin)
}

/** Kills a process group by its leader's id; a group that has ended is ignored. */
export function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
