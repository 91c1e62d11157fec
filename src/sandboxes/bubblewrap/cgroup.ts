/** Limits on a whole sandbox, where this user may make control groups; versions 1 and 2. */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Limits of one sandbox. */
export interface Limits {
  memoryMb: number
  cpus: number
  pids: number
  diskMb: number
}

/** Control group of one sandbox. */
export interface Group {
  /** Files to join by: a process that writes its id into each of them is in the group. */
  joins: string[]
  /** Kinds of limits that it enforces. */
  limits: Limited[]
  /** Kernel's report on killed processes. */
  memoryEvents(): string
  usage(): { memoryBytes: number; cpuMicroseconds: number } | null
  remove(): Promise<void>
}

/** Kind of limit that a group can enforce. */
export type Limited = 'memory' | 'processes' | 'processors'

const ROOT = '/sys/fs/cgroup'

/** Makes a group; null where none can be made. `root` is the mount point of control groups. */
export function makeGroup(name: string, limits: Limits, root = ROOT): Group | null {
  return makeOne(root, name, limits) ?? makeMany(root, name, limits)
}

const BYTES = 1024 * 1024
const PERIOD = 100_000

/** Makes a group of version 2: beside our own one, where a session's programs may make others. */
function makeOne(root: string, name: string, { memoryMb, cpus, pids }: Limits): Group | null {
  const place = placeOfOne(root)
  if (place === null) return null
  const folder = join(place, name)
  const fields: [Limited, string, string][] = [
    ['memory', 'memory.max', String(memoryMb * BYTES)],
    ['processes', 'pids.max', String(pids)],
    ['processors', 'cpu.max', `${cpus * PERIOD} ${PERIOD}`],
  ]
  if (!attempt(() => mkdirSync(folder))) return null
  attempt(() => writeFileSync(join(folder, 'memory.swap.max'), '0'))
  const limited = fields.filter(([, file, value]) => attempt(() => writeFileSync(join(folder, file), value)))
  return {
    joins: [join(folder, 'cgroup.procs')],
    limits: limited.map(([what]) => what),
    memoryEvents: () => read(join(folder, 'memory.events')),
    usage: () => {
      const cpu = /^usage_usec (\d+)$/m.exec(read(join(folder, 'cpu.stat')))?.[1]
      const memory = read(join(folder, 'memory.current'))
      return memory && cpu ? { memoryBytes: Number(memory), cpuMicroseconds: Number(cpu) } : null
    },
    remove: () => removeAll([folder]),
  }
}

/** Folder for groups of version 2; null where the machine has none. */
function placeOfOne(root: string): string | null {
  const own = /^0::(\/.*)$/m.exec(read('/proc/self/cgroup'))?.[1]
  if (own === undefined || read(join(root, 'cgroup.controllers')) === '') return null
  return join(root, own === '/' ? own : dirname(own))
}

/** Makes a group of version 1: a folder in the hierarchy of each controller; only root may. */
function makeMany(root: string, name: string, { memoryMb, cpus, pids }: Limits): Group | null {
  const place = (controller: string) => join(placeOfMany(root, controller), name)
  const made = CONTROLLERS.filter((controller) =>
    attempt(() => {
      readdirSync(join(root, controller))
      mkdirSync(place(controller), { recursive: true })
    }),
  )
  if (made.length === 0) return null
  const has = (controller: (typeof made)[number], files: Record<string, string | number>) =>
    made.includes(controller) &&
    Object.entries(files).every(([file, value]) =>
      attempt(() => writeFileSync(join(place(controller), file), String(value))),
    )
  const limits: [Limited, boolean][] = [
    ['memory', has('memory', { 'memory.limit_in_bytes': memoryMb * BYTES })],
    ['processes', has('pids', { 'pids.max': pids })],
    ['processors', has('cpu', { 'cpu.cfs_period_us': PERIOD, 'cpu.cfs_quota_us': cpus * PERIOD })],
  ]
  return {
    joins: made.map((controller) => join(place(controller), 'cgroup.procs')),
    limits: limits.flatMap(([what, holds]) => (holds ? [what] : [])),
    memoryEvents: () => read(join(place('memory'), 'memory.oom_control')),
    usage: () => {
      const memory = read(join(place('memory'), 'memory.usage_in_bytes'))
      const cpu = read(join(place('cpuacct'), 'cpuacct.usage'))
      return memory && cpu ? { memoryBytes: Number(memory), cpuMicroseconds: Number(cpu) / 1000 } : null
    },
    remove: () => removeAll(made.map(place)),
  }
}

const CONTROLLERS = ['memory', 'pids', 'cpu', 'cpuacct'] as const

const placeOfMany = (root: string, controller: string) => join(root, controller, 'swarm')

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}

function attempt(act: () => void): boolean {
  try {
    act()
    return true
  } catch {
    return false
  }
}

const ROUNDS = 40

/** Ends and removes groups. A group is busy until its last process is gone, which takes the kernel a moment. */
async function removeAll(folders: string[]): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    for (const folder of folders)
      for (const pid of read(join(folder, 'cgroup.procs')).split('\n').map(Number))
        if (pid > 1) attempt(() => process.kill(pid, 'SIGKILL'))
    if (folders.filter((folder) => !attempt(() => rmdirSync(folder)) && exists(folder)).length === 0) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

const exists = (folder: string) => attempt(() => void readdirSync(folder))

/** Removes groups of an earlier server's sandboxes, by their names. */
export async function removeGroups(isOrphan: (name: string) => boolean, root = ROOT): Promise<void> {
  const many = CONTROLLERS.map((controller) => placeOfMany(root, controller))
  for (const place of [placeOfOne(root), ...many]) {
    const names = place !== null && exists(place) ? readdirSync(place).filter(isOrphan) : []
    await removeAll(names.map((name) => join(place ?? '', name)))
  }
}
