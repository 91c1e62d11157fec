/**
 * Runs the host's git. The repository's content may be hostile, so nothing of it may choose a program to run: the
 * environment is built from nothing and the dangerous settings are fixed on the command line, where they win over
 * every file. Filters and drivers need a definition in a config file, and an agent can write none.
 */
import { setMaxListeners } from 'node:events'
import { devNull } from 'node:os'
import { Excess, type Flaw, Flawed, shortage, Trouble } from '../../ports/trouble.ts'
import { turnToStart } from '../../ports/turns.ts'
import { type ChildEnd, child, type Launch, MOST_OUTPUT, NOT_BEGUN } from './child.ts'
import { queue, type Turn } from './queue.ts'

/** Path to git, and the signal that ends it. */
export interface Host {
  /** PATH to find git on. */
  searchPath?: string
  /** Ends every running call. */
  signal?: AbortSignal
}

/** Options of one git call. */
export interface GitOptions
  extends Partial<
    Pick<Launch, 'folder' | 'input' | 'see' | 'enough' | 'within' | 'timeoutMs' | 'idle' | 'signal'>
  > {
  env?: Record<string, string>
  config?: string[]
  /** Exit codes that are an answer; any other throws Trouble. */
  exits?: number[]
  /** Sentence for a failure that the content causes, not the disk: such Trouble is not retryable. */
  blame?: string
}

/** Result of a git call whose exit code was an answer. */
export interface GitEnd {
  exit: number
  stdout: Buffer
  stderr: string
}

/** Runs git with fixed settings in one repository. Throws Trouble for an unexpected exit. */
export type Git = (args: string[], options?: GitOptions) => Promise<GitEnd>

const USUAL_PATH = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin'
/** Time limit of a short call; the merge queue waits for some of them. */
const TIMEOUT_MS = 2 * 60_000
/** Time limit of a call that brings in, joins or packs a lot. */
export const LONG_MS = 10 * 60_000
/** Number of child processes at once in one repository: each takes descriptors, a process and memory. */
const AT_ONCE = 8

/** Bytes of the largest file that git, and we, load whole; git shows no differences of larger ones. */
export const LARGEST_WHOLE = 16 * 1024 * 1024

const SETTINGS = [
  'safe.bareRepository=explicit',
  `core.hooksPath=${devNull}`,
  'core.fsmonitor=false',
  `core.attributesFile=${devNull}`,
  'protocol.allow=never',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'transfer.fsckObjects=true',
  // Whoever packs refs holds the lock of each for a moment, which may be longer on a busy machine.
  'core.filesRefLockTimeout=2000',
  'gc.auto=0',
  'maintenance.auto=false',
]

/** Limits for content of unknown size. */
const BOUNDS = [
  `core.bigFileThreshold=${LARGEST_WHOLE}`,
  // Each pair of so many files may be compared; the usual limit would be hours.
  'diff.renameLimit=1000',
  'merge.renameLimit=1000',
]

/** Makes a moved ref survive a power cut, with everything that it points at. */
const LASTING = 'core.fsync=committed'

/** Makes a git for a bare repository of the swarm's own. Nothing is ever checked out there. */
export const inBare = (path: string, host: Host = {}): Git =>
  gitAt([`--git-dir=${path}`], [...SETTINGS, ...BOUNDS, LASTING, 'core.symlinks=false'], host)

/** Makes a git for a person's project: its settings count (it may want symlinks), but cannot start a program. */
export const inProject = (folder: string, host: Host = {}): Git => gitAt(['-C', folder], SETTINGS, host)

/** Setting that lets one call reach a repository by its path, which `protocol.allow=never` forbids. */
export const BY_PATH = 'protocol.file.allow=always'

function gitAt(place: string[], settings: string[], host: Host): Git {
  // As many calls may wait for it as there are.
  if (host.signal) setMaxListeners(0, host.signal)
  const turn = queue(AT_ONCE)
  return (args, options = {}) => {
    const config = [...settings, ...(options.config ?? [])].flatMap((setting) => ['-c', setting])
    return run({ name: args[0]!, argv: [...config, ...place, ...args], host, turn }, options)
  }
}

/** Arguments and environment of a git in a bare repository, for callers that stream input and output. */
export const bareCall = (path: string, host: Host, settings: string[]) => ({
  args: [...[...SETTINGS, ...BOUNDS, ...settings].flatMap((each) => ['-c', each]), `--git-dir=${path}`],
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
  // History is what its commits say, whatever a person or an agent would rather see in their place.
  GIT_NO_REPLACE_OBJECTS: '1',
  ...extra,
})

interface Call {
  /** The verb. */
  name: string
  argv: string[]
  host: Host
  turn: Turn
}

async function run({ name, argv, host, turn }: Call, options: GitOptions): Promise<GitEnd> {
  const { folder, env, input, see, enough, within, idle = false, timeoutMs = TIMEOUT_MS } = options
  const signals = [host.signal, options.signal].filter((each) => each !== undefined)
  const signal = signals.length > 1 ? AbortSignal.any(signals) : signals[0]
  const place = { argv, folder, env: environment(host, env) }
  const wanted = { ...place, signal, input, see, enough, timeoutMs, within, idle }
  const end = await turn(async () => {
    await turnToStart()
    return signal?.aborted ? NOT_BEGUN : child(wanted)
  })
  if (end.thrown) throw end.thrown.error
  const isGood = end.exit !== null && (options.exits ?? [0]).includes(end.exit)
  if (end.stopped === 'enough' || (isGood && end.stopped !== 'too much'))
    return { exit: end.exit ?? 0, stdout: end.stdout, stderr: end.stderr }
  throw troubleOf(name, end, options)
}

const OF_THE_DISK =
  /No space left on device|quota exceeded|Input\/output error|Read-only file system|Permission denied|insufficient permission|unable to rename|unable to create temporary file|Too many open files|Cannot allocate memory|out of memory/i
const OF_A_LOCK = /Unable to create '[^']*\.lock'|cannot lock ref|Another git process/i

/** Signals of a crash of its own, not of somebody who ends it. */
const CRASHES: ChildEnd['killedBy'][] = ['SIGSEGV', 'SIGBUS', 'SIGABRT']

function troubleOf(name: string, end: ChildEnd, options: GitOptions): Trouble {
  const lines = end.stderr.trim().split('\n')
  const said = (lines.find((line) => /^(error|fatal): /.test(line)) ?? lines.at(-1)!).slice(0, 300)
  if (end.failure?.code === 'ENOENT')
    return new Trouble('missing program', 'git is not on PATH. Install git 2.38 or later.', {
      retryable: false,
    })
  const short = shortage(end.failure)
  if (short) return short
  if (end.failure)
    return new Trouble('git', `git ${name} could not be started: ${end.failure.message}.`, {
      cause: end.failure,
    })
  if (end.exit === 129)
    return new Trouble('missing program', `This git is too old (${said}). Install git 2.38 or later.`, {
      retryable: false,
    })
  if (end.stopped === 'time-out') return new Trouble('git', `git ${name} took too long and was ended.`)
  if (end.stopped === 'aborted') return new Trouble('git', `git ${name} was ended with the swarm.`)
  if (end.stopped === 'too much')
    return new Trouble('git', `git ${name} printed more than ${MOST_OUTPUT / 1024 ** 2} MiB.`, {
      retryable: false,
    })
  if (options.within && (end.killedBy === 'SIGXCPU' || /out of memory|malloc failed/i.test(end.stderr)))
    return new Excess(['It unpacks to more than anybody has time and memory for.'])
  if (options.blame !== undefined && CRASHES.includes(end.killedBy))
    return new Trouble('git', `${options.blame} (git ${name} crashed over it).`, { retryable: false })
  const disk = OF_THE_DISK.exec(end.stderr)
  if (disk) return new Trouble('disk', `git ${name} failed: ${said || disk[0]}.`)
  if (OF_A_LOCK.test(end.stderr))
    return new Trouble('git', `git ${name} found the repository locked: ${said}.`)
  const flaws = flawsIn(end.stderr)
  if (options.blame !== undefined && flaws.length > 0) return new Flawed(flaws)
  if (options.blame !== undefined && end.exit !== null)
    return new Trouble('git', `${options.blame} (git ${name}: ${said}).`, { retryable: false })
  return new Trouble('git', `git ${name} failed with exit ${end.exit ?? 'by a signal'}: ${said}.`)
}

/** Parses git's object checks, such as `error: object 1cd9…: gitmodulesUrl: disallowed submodule url: -u./payload`. */
const flawsIn = (stderr: string): Flaw[] => {
  const found = [...stderr.matchAll(/^error: object ([0-9a-f]{40,64}): \w+: (.{1,300})/gm)]
  return [...new Map(found.map(([, id, why]) => [id, { id: id!, why: why! }])).values()]
}
