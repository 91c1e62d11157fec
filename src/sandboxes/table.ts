/** Processes of this machine: from /proc on Linux, from ps and lsof elsewhere. */

import { type ExecFileSyncOptionsWithStringEncoding, execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { promisify } from 'node:util'

/** Process of this machine. */
export interface Proc {
  pid: number
  parent: number
  group: number
  session: number
  /** True when it belongs to a person's terminal. */
  terminal: boolean
  /** Start time: with the pid it names one process for ever, even after the pid is reused. */
  started: string
}

/** Lists every process that has not ended. */
export const processes = () => (onLinux ? Promise.resolve(found(pids())) : fromPs())

/** Makes a function that gives, at each call, the processes new since the last one: a parent changes only by dying. */
export function newcomers(): () => Promise<Proc[]> {
  let known = new Set(onLinux ? pids() : [])
  return () => {
    if (!onLinux) return fromPs()
    const now = pids()
    const fresh = now.filter((pid) => !known.has(pid))
    known = new Set(now)
    return Promise.resolve(found(fresh))
  }
}

/** Filters process ids for those that are still the same process. */
export async function living(tree: Map<number, string>): Promise<number[]> {
  const now = onLinux ? found([...tree.keys()]) : await fromPs()
  return now.filter(({ pid, started }) => tree.get(pid) === started).map(({ pid }) => pid)
}

/** Lists processes that may inherit an orphan of ours: the first process, and those above us. */
export function forebears(listed: Proc[]): Set<number> {
  const parents = new Map(listed.map(({ pid, parent }) => [pid, parent]))
  const line = new Set([1])
  for (let pid = process.ppid; pid > 1 && !line.has(pid); ) {
    line.add(pid)
    pid = (onLinux ? procOf(pid)?.parent : parents.get(pid)) ?? 1
  }
  return line
}

/** Start time of a process; null when it does not exist. */
export function startOf(pid: number): string | null {
  if (onLinux) return procOf(pid)?.started ?? null
  try {
    return parsePs(execFileSync('ps', [...PS, '-p', String(pid)], QUIET))[0]?.started ?? null
  } catch {
    return null
  }
}

/**
 * Name of the machine whose table counts processes, independent of its host name, which may change while sandboxes of
 * it remain. Empty where it cannot be known.
 */
export function machine(): string {
  const read = (path: string) => attempt(() => readFileSync(path, 'latin1').trim())
  const id = read('/etc/machine-id') || read('/proc/sys/kernel/random/boot_id') || ''
  const table = attempt(() => readlinkSync('/proc/self/ns/pid')) ?? ''
  if (id === '' || table === '') return ''
  return createHash('sha256').update(`${id} ${table}`).digest('hex').slice(0, 16)
}

/** Finds the working folder of each of these processes, where it may be known. */
export async function workingFolders(wanted: number[]): Promise<Map<number, string>> {
  const folders = new Map<number, string>()
  if (onLinux) {
    for (const pid of wanted) {
      const folder = attempt(() => readlinkSync(`/proc/${pid}/cwd`))
      if (folder !== null) folders.set(pid, folder)
    }
    return folders
  }
  if (wanted.length === 0) return folders
  // lsof exits 1 when one of them has ended meanwhile.
  const listed = await promisify(execFile)('lsof', ['-a', '-d', 'cwd', '-Fpn', '-p', wanted.join()]).catch(
    (failure: { stdout?: string }) => ({ stdout: failure.stdout ?? '' }),
  )
  let pid = 0
  for (const line of listed.stdout.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1))
    if (line.startsWith('n')) folders.set(pid, line.slice(1))
  }
  return folders
}

const onLinux = process.platform === 'linux'

function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}

/** Boot id, as part of start times: they count from the boot. */
const boot = onLinux
  ? (attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8)) ?? '')
  : ''

const pids = () =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)

const found = (wanted: number[]) => wanted.flatMap((pid) => procOf(pid) ?? [])

function procOf(pid: number): Proc | null {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'))
  if (stat === null) return null
  // The name, in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields[0] === 'Z' || fields[0] === 'X') return null
  const [parent, group, session, terminal] = fields.slice(1, 5).map(Number)
  return {
    pid,
    parent: parent!,
    group: group!,
    session: session!,
    terminal: terminal !== 0,
    started: `${boot}-${fields[19]}`,
  }
}

const PS = ['-o', 'pid=,ppid=,pgid=,stat=,tty=,lstart=']
const QUIET: ExecFileSyncOptionsWithStringEncoding = {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
}

async function fromPs(): Promise<Proc[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', ...PS], { maxBuffer: 64 * 1024 * 1024 })
  return parsePs(stdout)
}

/** Parses output of ps. It shows no session number on macOS; the group stands in for it. */
function parsePs(listing: string): Proc[] {
  return listing.split('\n').flatMap((line) => {
    const [, pid, parent, group, state, terminal, started] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(.+?)\s*$/.exec(line) ?? []
    if (pid === undefined || state!.startsWith('Z')) return []
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        session: Number(group),
        terminal: !terminal!.startsWith('?'),
        started: started!.replaceAll(/\s+/g, '_'),
      },
    ]
  })
}
