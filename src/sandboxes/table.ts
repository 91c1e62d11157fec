/** The processes of this machine: from /proc on Linux, from ps and lsof elsewhere. */

import { type ExecFileSyncOptionsWithStringEncoding, execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { promisify } from 'node:util'

export interface Proc {
  pid: number
  parent: number
  group: number
  session: number
  /** It belongs to somebody's terminal. */
  terminal: boolean
  /** When it began: with the pid it names one process for ever, also after the pid is given out again. */
  started: string
}

/** Every process that has not ended. */
export const processes = () => (onLinux ? Promise.resolve(found(pids())) : fromPs())

/** Gives at each call the processes that are new since the last one: a parent does not change but by dying. */
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

/** Which of these still are the same process. */
export async function living(tree: Map<number, string>): Promise<number[]> {
  const now = onLinux ? found([...tree.keys()]) : await fromPs()
  return now.filter(({ pid, started }) => tree.get(pid) === started).map(({ pid }) => pid)
}

/** Who may be given an orphan of ours: the first process, or one above us. */
export function forebears(listed: Proc[]): Set<number> {
  const parents = new Map(listed.map(({ pid, parent }) => [pid, parent]))
  const line = new Set([1])
  for (let pid = process.ppid; pid > 1 && !line.has(pid); ) {
    line.add(pid)
    pid = (onLinux ? procOf(pid)?.parent : parents.get(pid)) ?? 1
  }
  return line
}

/** When the process began; null when there is none. */
export function startOf(pid: number): string | null {
  if (onLinux) return procOf(pid)?.started ?? null
  try {
    return parsePs(execFileSync('ps', [...PS, '-p', String(pid)], QUIET))[0]?.started ?? null
  } catch {
    return null
  }
}

/**
 * Names the machine by whose table processes are counted, whatever it is called: its name may change while sandboxes of
 * it are left. Empty where that cannot be known.
 */
export function machine(): string {
  const read = (path: string) => attempt(() => readFileSync(path, 'latin1').trim())
  const id = read('/etc/machine-id') || read('/proc/sys/kernel/random/boot_id') || ''
  const table = attempt(() => readlinkSync('/proc/self/ns/pid')) ?? ''
  if (id === '' || table === '') return ''
  return createHash('sha256').update(`${id} ${table}`).digest('hex').slice(0, 16)
}

/** The folder that each of these processes works in, where it may be known. */
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

/** Start times count from the boot, so it takes part in them. */
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

/** ps shows no session number on macOS; the group stands in for it. */
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
