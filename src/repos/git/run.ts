/**
 * Runs the host's git. The repository's content may be hostile, so nothing of it may choose a program to run: the
 * environment is built from nothing and the dangerous settings are fixed on the command line, where they win over
 * every file. Filters and drivers need a definition in a config file, and an agent can write none.
 */
import { spawn } from 'node:child_process'
import { setMaxListeners } from 'node:events'
import { createReadStream } from 'node:fs'
import { devNull } from 'node:os'
import type { Writable } from 'node:stream'
import { patiently } from '../../ports/patience.ts'
import { Trouble } from '../../ports/trouble.ts'

/** Where git is found, and who ends it. */
export interface Host {
  /** PATH to find git on. */
  searchPath?: string
  /** Ends every call that still runs. */
  signal?: AbortSignal
}

export interface GitOptions {
  input?: string | Buffer | { file: string; start: number }
  env?: Record<string, string>
  config?: string[]
  /** Exit codes that are an answer; any other is trouble. */
  exits?: number[]
  /** What to say when the content is to blame for a failure, and not the disk: such trouble is not worth a retry. */
  blame?: string
  /** Enough output: the rest is not waited for. */
  enough?: number
  timeoutMs?: number
}

export interface GitEnd {
  exit: number
  stdout: Buffer
  stderr: string
}

export type Git = (args: string[], options?: GitOptions) => Promise<GitEnd>

const USUAL_PATH = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin'
const MOST_OUTPUT = 256 * 1024 * 1024
const TIMEOUT_MS = 10 * 60_000

const SETTINGS = [
  'safe.bareRepository=explicit',
  `core.hooksPath=${devNull}`,
  'core.fsmonitor=false',
  `core.attributesFile=${devNull}`,
  'protocol.allow=never',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'transfer.fsckObjects=true',
  'gc.auto=0',
  'maintenance.auto=false',
]

/** A ref that moved must survive a power cut together with all that it points at. */
const LASTING = 'core.fsync=committed'

/** Git in a bare repository of the swarm's own. Nothing is ever checked out there. */
export const inBare = (path: string, host: Host = {}): Git =>
  gitAt([`--git-dir=${path}`], [...SETTINGS, LASTING, 'core.symlinks=false'], host)

/** Git in a person's project: its own settings count (it may want symlinks), but what they could start does not. */
export const inProject = (folder: string, host: Host = {}): Git => gitAt(['-C', folder], SETTINGS, host)

/** Lets one call reach a repository by its path, which `protocol.allow=never` forbids. */
export const BY_PATH = 'protocol.file.allow=always'

function gitAt(place: string[], settings: string[], host: Host): Git {
  // As many calls may wait for it as there are.
  if (host.signal) setMaxListeners(0, host.signal)
  return (args, options = {}) => {
    const config = [...settings, ...(options.config ?? [])].flatMap((setting) => ['-c', setting])
    return run(args[0]!, [...config, ...place, ...args], host, options)
  }
}

/** The arguments and the environment of a git in a bare repository, for who streams what it reads and prints. */
export const bareCall = (path: string, host: Host, settings: string[]) => ({
  args: [...[...SETTINGS, ...settings].flatMap((each) => ['-c', each]), `--git-dir=${path}`],
  env: environment(host),
})

const environment = ({ searchPath = USUAL_PATH }: Host, extra: Record<string, string> = {}) => ({
  PATH: searchPath,
  HOME: devNull,
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: devNull,
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  ...extra,
})

async function run(name: string, argv: string[], host: Host, options: GitOptions): Promise<GitEnd> {
  const end = host.signal?.aborted ? NOT_BEGUN : await child(argv, host, options)
  const isGood = end.exit !== null && (options.exits ?? [0]).includes(end.exit)
  if (end.stopped === 'enough' || (isGood && end.stopped !== 'too much'))
    return { exit: end.exit ?? 0, stdout: end.stdout, stderr: end.stderr }
  throw troubleOf(name, end, options)
}

type Stop = 'enough' | 'too much' | 'time-out' | 'aborted'

interface ChildEnd {
  exit: number | null
  stdout: Buffer
  stderr: string
  stopped: Stop | null
  missing: boolean
}

/** Its owner had stopped already. */
const NOT_BEGUN: ChildEnd = {
  exit: null,
  stdout: Buffer.alloc(0),
  stderr: '',
  stopped: 'aborted',
  missing: false,
}

/** One git, in a process group of its own so that its helpers end with it. */
function child(argv: string[], host: Host, { input, env, enough, timeoutMs }: GitOptions): Promise<ChildEnd> {
  return new Promise((resolve) => {
    const git = spawn('git', argv, { cwd: '/', env: environment(host, env), detached: true })
    const out: Buffer[] = []
    let size = 0
    let stderr = ''
    let stopped: Stop | null = null
    const stop = (why: Stop) => {
      stopped ??= why
      if (git.pid !== undefined) endGroup(git.pid)
    }
    const abort = () => stop('aborted')
    const forget = patiently(timeoutMs ?? TIMEOUT_MS, () => stop('time-out'))
    const finish = (exit: number | null, missing: boolean) => {
      forget()
      host.signal?.removeEventListener('abort', abort)
      resolve({ exit, stdout: Buffer.concat(out), stderr, stopped, missing })
    }
    host.signal?.addEventListener('abort', abort)
    git.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= MOST_OUTPUT) out.push(chunk)
      else stop('too much')
      if (enough !== undefined && size >= enough) stop('enough')
    })
    git.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-8192)
    })
    git.on('error', (error: NodeJS.ErrnoException) => {
      stderr ||= error.message
      finish(null, error.code === 'ENOENT')
    })
    git.on('close', (exit) => finish(exit, false))
    feed(git.stdin, input)
  })
}

/** Git may end without having read its input; that is no failure of ours. */
function feed(stdin: Writable, input: GitOptions['input']): void {
  stdin.on('error', () => {})
  if (input === undefined || typeof input === 'string' || Buffer.isBuffer(input)) {
    stdin.end(input ?? '')
    return
  }
  const file = createReadStream(input.file, { start: input.start })
  file.on('error', () => stdin.end())
  stdin.on('close', () => file.destroy())
  file.pipe(stdin)
}

/** For a child that leads a group of its own. */
export function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

const OF_THE_DISK =
  /No space left on device|quota exceeded|Input\/output error|Read-only file system|Permission denied|insufficient permission|unable to rename|unable to create temporary file|Too many open files|Cannot allocate memory|out of memory/i
const OF_A_LOCK = /Unable to create '[^']*\.lock'|cannot lock ref|Another git process/i

function troubleOf(name: string, end: ChildEnd, options: GitOptions): Trouble {
  const lines = end.stderr.trim().split('\n')
  const said = (lines.find((line) => /^(error|fatal): /.test(line)) ?? lines.at(-1)!).slice(0, 300)
  if (end.missing)
    return new Trouble('missing program', 'git is not on PATH. Install git 2.38 or later.', {
      retryable: false,
    })
  if (end.exit === 129)
    return new Trouble('missing program', `This git is too old (${said}). Install git 2.38 or later.`, {
      retryable: false,
    })
  if (end.stopped === 'time-out') return new Trouble('git', `git ${name} took too long and was ended.`)
  if (end.stopped === 'aborted') return new Trouble('git', `git ${name} was ended with the swarm.`)
  if (end.stopped === 'too much')
    return new Trouble('git', `git ${name} printed more than 256 MiB.`, { retryable: false })
  const disk = OF_THE_DISK.exec(end.stderr)
  if (disk) return new Trouble('disk', `git ${name} failed: ${said || disk[0]}.`)
  if (OF_A_LOCK.test(end.stderr))
    return new Trouble('git', `git ${name} found the repository locked: ${said}.`)
  if (options.blame !== undefined && end.exit !== null)
    return new Trouble('git', `${options.blame} (git ${name}: ${said}).`, { retryable: false })
  return new Trouble('git', `git ${name} failed with exit ${end.exit ?? 'by a signal'}: ${said}.`)
}
