/** One git as a process: fed, heard, and ended in time. Nothing here throws: how it ended is told. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { constants, setPriority } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { patiently } from '../../ports/patience.ts'

export interface Launch {
  argv: string[]
  /** Where it starts; the root, where it can write nothing by accident, by default. */
  folder: string | undefined
  env: Record<string, string>
  signal: AbortSignal | undefined
  input: string | Buffer | { file: string; start: number } | undefined
  /** Hears each piece of what git prints, instead of its being kept. `enough`: the rest is not waited for. */
  see: ((piece: Buffer) => unknown) | undefined
  /** Bytes of output that are enough. */
  enough: number | undefined
  timeoutMs: number
  within: Within | undefined
  /** Everything else on the machine goes first. */
  idle: boolean
}

/** Seconds of processor time and MiB of memory that a git may take for content that wants more on purpose. */
export interface Within {
  seconds: number
  megabytes: number
}

export type Stop = 'enough' | 'too much' | 'time-out' | 'aborted'

export interface ChildEnd {
  exit: number | null
  /** What ended it, when it did not end by itself. */
  killedBy: NodeJS.Signals | null
  stdout: Buffer
  stderr: string
  stopped: Stop | null
  /** Why it could not be started; null when it was. */
  failure: NodeJS.ErrnoException | null
  /** What `see` threw. */
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

/** Its owner had stopped already. */
export const NOT_BEGUN: ChildEnd = { ...ENDED, stopped: 'aborted' }

export const MOST_OUTPUT = 256 * 1024 * 1024

type Starting = Pick<Launch, 'argv' | 'env'> & Partial<Pick<Launch, 'folder' | 'within'>>

/**
 * A git in a process group of its own, so that its helpers end with it. With no descriptor left for its pipes a child
 * has no streams at all, and tells why only afterwards.
 */
export function launch({ argv, env, folder, within }: Starting): ChildProcess {
  const options = { cwd: folder ?? '/', env, detached: true }
  if (within === undefined) return spawn('git', argv, options)
  const { seconds, megabytes } = within
  // Not every system limits memory; none lets git go on without its processor time.
  const script = `ulimit -t ${seconds}; ulimit -v ${megabytes * 1024} 2> /dev/null || :; exec git "$@"`
  return spawn('/bin/sh', ['-c', script, 'sh', ...argv], options)
}

export async function child(wanted: Launch): Promise<ChildEnd> {
  try {
    const git = launch(wanted)
    if (wanted.idle) yieldTo(git)
    return await heard(git, wanted)
  } catch (failure) {
    return { ...ENDED, failure: failure as NodeJS.ErrnoException }
  }
}

/** What it starts inherits that. */
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

/** Git may end without having read its input; that is no failure of ours. */
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

/** For a child that leads a group of its own. */
export function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
