/** Sandbox whose files are not the host's: everything goes in and out through programs that run inside. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path/posix'
import { Readable } from 'node:stream'
import type { Packs } from '../ports/packs.ts'
import type {
  Archive,
  ExecOptions,
  ExecResult,
  Room,
  Sandbox,
  SandboxSpec,
  TakeOptions,
} from '../ports/sandbox.ts'
import { Trouble } from '../ports/trouble.ts'
import { turnToStart } from '../ports/turns.ts'
import { CALLED_OFF, type Launched, type ProgramEnd, type Watched, watchProgram } from './program.ts'
import * as inside from './scripts.ts'
import { gitConfig, surroundings } from './surroundings.ts'
import { takeOut } from './take.ts'

/** Isolated place that programs run in, as an engine provides it. */
export interface Enclosure {
  /** Starts a program inside, as the agent. Its end ends everything of the agent's. */
  launch(command: string[], at: At): Launched
  /** Starts a program that ends nothing else; inside, only its time limit or the end of the whole ends it. */
  launchBeside(command: string[], at: At): Launched
  /** PATH inside, without the sandbox's own programs. */
  searchPath: string
  memoryMb: number
  /** Limit of files in MB; null where only memory limits them. */
  diskMb: number | null
  /** Number of programs killed inside for lack of memory so far. Throws Trouble when the enclosure is gone. */
  memoryKills(): Promise<number>
  /** Ends everything in it and removes it. */
  remove(): Promise<void>
}

/** Working directory and variables of a program. */
export interface At {
  cwd: string
  env: Record<string, string>
}

/** Makes the sandbox of an enclosure, with its checkout; on failure the enclosure is removed, and Trouble is thrown. */
export async function enclosed(
  enclosure: Enclosure,
  spec: SandboxSpec,
  packs: Packs,
  signal: AbortSignal,
): Promise<Sandbox> {
  const run = runner(enclosure, spec)
  const given = new Set<string>()
  const room = enclosure.diskMb === null ? null : inside.roomOf(enclosure.diskMb)
  try {
    await checkOut(run.plainly, { spec, packs, given, room }, signal)
    for (const archive of spec.archives ?? []) await unpack(run.plainly, archive, signal)
  } catch (failure) {
    await run.close()
    throw failure
  }
  return {
    checkout: inside.CHECKOUT,
    home: inside.HOME,
    bin: inside.BIN,
    room,
    write: (path, content, mode = 0o644) => write(run.plainly, { path, content, mode }),
    exec: run.exec,
    bring: (commit, until) => bring(run.plainly, { packs, given, commit }, until),
    take: run.take,
    close: run.close,
  }
}

type Plainly = (script: string, args: string[], watched: Watched) => Promise<ProgramEnd>

/** Runs one program after the other: the end of one ends everything that runs inside. */
function runner(enclosure: Enclosure, spec: SandboxSpec) {
  const { searchPath } = enclosure
  const { HOME: home, BIN: bin, TEMPORARY: temporary } = inside
  const env = { ...surroundings({ home, bin, temporary, searchPath, locale: 'C.UTF-8' }), ...spec.env }
  const closing = new AbortController()
  let last: Promise<unknown> = Promise.resolve()
  let kills = 0
  const besides = new Set<Promise<unknown>>()
  const watch = async (launch: () => Launched, watched: Watched) => {
    const signal = AbortSignal.any([watched.signal, closing.signal])
    await turnToStart()
    if (signal.aborted) return CALLED_OFF
    const end = await watchProgram(launch(), { ...watched, signal })
    if (end.failure) throw notStarted(end.failure)
    return end
  }
  const inTurn = (command: string[], at: At, watched: Watched) => {
    const running = last.then(() => watch(() => enclosure.launch(command, at), watched))
    last = running.catch(() => {})
    return running
  }
  const take = (command: string[], host: string, options: TakeOptions) => {
    const seconds = String(Math.ceil(options.timeoutMs / 1000))
    const timed = ['timeout', '-s', 'KILL', seconds, ...command]
    const launch = () => enclosure.launchBeside(timed, { cwd: inside.CHECKOUT, env })
    const began = performance.now()
    const run = async (watched: Watched) => {
      const ended = await watch(launch, watched)
      // On a busy machine the clock inside may be the first to say so.
      const isKilled = ended.exit === 137 || ended.signal === 'SIGKILL'
      const isLate = isKilled && performance.now() - began >= options.timeoutMs
      const end = { ...ended, timedOut: ended.timedOut || isLate }
      // Throws when it failed because the enclosure is gone.
      if (end.exit !== 0 && !options.signal.aborted && !closing.signal.aborted) await enclosure.memoryKills()
      return end
    }
    const taking = takeOut(run, host, options)
    besides.add(taking)
    return taking.finally(() => besides.delete(taking))
  }
  async function exec(command: string[], options: ExecOptions): Promise<ExecResult> {
    const at = { cwd: resolve(inside.CHECKOUT, options.cwd ?? '.'), env: { ...env, ...options.env } }
    const end = killed(await inTurn(command, at, options))
    const isFine = end.exit === 0 || options.signal.aborted || closing.signal.aborted
    if (isFine) return { ...end, outOfMemory: null }
    const before = kills
    kills = await enclosure.memoryKills().catch((gone) => {
      // What does not end when its time is over may only end together with the enclosure.
      if (end.timedOut) return before
      throw gone
    })
    return { ...end, outOfMemory: kills > before ? { limitMb: enclosure.memoryMb } : null }
  }
  let removed: Promise<void> | undefined
  return {
    exec,
    take,
    plainly: (script: string, args: string[], watched: Watched) =>
      inTurn(['sh', '-euc', script, 'sh', ...args], { cwd: inside.HOLD, env }, watched),
    close: () => {
      closing.abort()
      removed ??= enclosure.remove().then(async () => {
        await Promise.allSettled([last, ...besides])
      })
      return removed
    },
  }
}

/** Restores a kill: the shell inside reports only a number for a killed program. */
const killed = ({ failure: _, ...end }: ProgramEnd): Omit<ExecResult, 'outOfMemory'> =>
  end.exit === 137 ? { ...end, exit: null, signal: 'SIGKILL' } : end

const notStarted = ({ code, message, path }: NodeJS.ErrnoException) =>
  code === 'ENOENT'
    ? new Trouble('missing program', `${path ?? 'A program'} is not installed.`, { retryable: false })
    : new Trouble('sandbox', `The sandbox could not be reached: ${message}.`)

const TIMEOUT_MS = 10 * 60_000

interface Wanted {
  spec: SandboxSpec
  packs: Packs
  /** Commits in the checkout's repository. */
  given: Set<string>
  room: Room | null
}

async function checkOut(
  plainly: Plainly,
  { spec, packs, given, room }: Wanted,
  signal: AbortSignal,
): Promise<void> {
  const { ref, commit, history } = spec.checkout
  if (signal.aborted) throw new Trouble('sandbox', 'The sandbox is no longer needed.')
  const tip = history ? await packs.tip(ref) : commit
  const packed = await packs.pack({ want: [...new Set([commit, tip])], have: [] })
  try {
    const own = Object.entries(spec.programs).map(([name, text]) =>
      fileOf(`${inside.BIN}/${name}`, text, '755'),
    )
    const files = [
      ...(await objectFiles(packed.files)),
      fileOf(`${inside.HOME}/.gitconfig`, gitConfig(spec), '644'),
      ...own,
    ]
    const name = ref.replace('refs/heads/', '')
    const branch = history && !name.startsWith('refs/') ? name : ''
    const origin = `http://127.0.0.1:${inside.GATEWAY_PORT}/git`
    const format = commit.length === 64 ? 'sha256' : 'sha1'
    const reserve = String(history && room ? room.reserveKb : 0)
    const args = [format, commit, branch, tip, origin, reserve, ...files.flatMap(({ words }) => words)]
    const stdin = inOneStream(files)
    wentWell(await plainly(inside.CHECK_OUT, args, { stdin, signal, timeoutMs: TIMEOUT_MS }))
    given.add(commit).add(tip)
  } finally {
    await packed.release()
  }
}

/** Unpacks an archive; failures are ignored, since archives only save time. */
async function unpack(plainly: Plainly, { path, folder }: Archive, signal: AbortSignal): Promise<void> {
  const args = [inside.HOME, ...(folder === undefined ? [] : [folder])]
  // Opened only when it is read: somebody may have cleaned it away by then.
  const stdin = inOneStream([{ words: [], content: () => createReadStream(path) }])
  await plainly(inside.UNPACK_ARCHIVE, args, { stdin, signal, timeoutMs: TIMEOUT_MS })
}

async function bring(
  plainly: Plainly,
  { packs, given, commit }: { packs: Packs; given: Set<string>; commit: string },
  signal: AbortSignal,
): Promise<void> {
  const packed = await packs.pack({ want: [commit], have: [...given] })
  try {
    const files = await objectFiles(packed.files)
    const args = [inside.CHECKOUT, ...files.flatMap(({ words }) => words)]
    const stdin = inOneStream(files)
    wentWell(await plainly(inside.UNPACK, args, { stdin, signal, timeoutMs: TIMEOUT_MS }))
    given.add(commit)
  } finally {
    await packed.release()
  }
}

interface InFile {
  /** Words for the script `take`: path, size and mode. */
  words: string[]
  content: () => Readable
}

const fileOf = (path: string, text: string, mode: string): InFile => ({
  words: [path, String(Buffer.byteLength(text)), mode],
  content: () => Readable.from([Buffer.from(text)]),
})

const objectFiles = (paths: string[]): Promise<InFile[]> =>
  Promise.all(
    paths.map(async (path) => ({
      words: [`.git/objects/pack/${basename(path)}`, String(await sizeOf(path)), '444'],
      content: () => createReadStream(path),
    })),
  )

const sizeOf = async (path: string): Promise<number> => {
  const { size } = await stat(path).catch((cause: Error) => {
    throw new Trouble('disk', `A pack for the sandbox is gone: ${cause.message}.`, { cause })
  })
  return size
}

const inOneStream = (files: InFile[]): Readable =>
  Readable.from(
    (async function* () {
      for (const { content } of files) yield* content()
    })(),
    { objectMode: false },
  )

function wentWell({ exit, output }: ProgramEnd): void {
  if (exit === 0) return
  const said = output.trim().split('\n').at(-1)?.slice(0, 300)
  const full = /No space left|quota exceeded/i.test(output)
  throw new Trouble(
    full ? 'disk' : 'sandbox',
    `The checkout could not be made: ${full ? 'it does not fit into disk_mb' : said || 'git was ended'}.`,
  )
}

interface Writing {
  path: string
  content: string | Buffer
  mode: number
}

async function write(plainly: Plainly, { path, content, mode }: Writing): Promise<void> {
  const args = [resolve(inside.CHECKOUT, path), mode.toString(8)]
  const end = await plainly(inside.WRITE, args, { stdin: content, signal: FOREVER, timeoutMs: TIMEOUT_MS })
  if (end.exit !== 0) throw troubleOf(end, path)
}

const FOREVER = new AbortController().signal

function troubleOf({ exit, output }: ProgramEnd, path: string): Trouble {
  if (exit === inside.LEADS_OUT)
    return new Trouble('sandbox', `${path} leads out of the sandbox.`, { retryable: false })
  const said = output.trim().split('\n').at(-1)?.slice(0, 300) || 'it was ended'
  return new Trouble('sandbox', `${path} could not be written in the sandbox: ${said}.`)
}
