/** What a server takes at one moment, looked at from outside. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { markOf } from '../../src/main/project/paths.ts'
import type { Project } from '../chaos/project.ts'
import { family } from '../chaos/victims.ts'

const MEGABYTE = 1024 * 1024

export interface Sample {
  /** Of its heap, once garbage is collected. MB. */
  heap: number
  /** Of the machine's memory. MB. */
  memory: number
  descriptors: number
  processes: number
  /** Files and folders that are there for an attempt only. */
  leftovers: number
  /** Bytes, as all that follow but the last three. */
  database: number
  journal: number
  repository: number
  packs: number
  logs: number
  /** Transcripts and sessions. */
  kept: number
  /** Milliseconds of a processor that the server took so far, and what it started. */
  processor: number
  children: number
}

/** `told`: the folder in which the server tells of its heap. `pages`: bytes in use in the database. */
export function sampleOf(
  { folder, bare, env, database }: Project,
  at: { pid: number; told: string; pages: number },
): Sample {
  const own = join(folder, '.swarm')
  const sandboxes = join(env.HOME!, '.cache', 'swarm')
  const { own: processor, children } = processorOf(at.pid)
  return {
    heap: numberIn(join(at.told, String(at.pid))),
    memory: Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${at.pid}/status`, 'utf8'))?.[1]) / 1024,
    descriptors: readdirSync(`/proc/${at.pid}/fd`).length,
    processes: family(at.pid, sandboxes).length,
    leftovers:
      filesOnTheirWay(join(own, 'work')) +
      namesIn(join(sandboxes, markOf(folder))).length +
      namesIn(env.TMPDIR!).length,
    database: at.pages,
    journal: (sizeOf(`${database}-wal`) ?? 0) / MEGABYTE,
    repository: bytesIn(bare),
    packs: namesIn(join(bare, 'objects', 'pack')).filter((name) => name.endsWith('.pack')).length,
    logs: logsOf(own).reduce((sum, { bytes }) => sum + bytes, 0),
    kept: bytesIn(join(own, 'transcripts')) + bytesIn(join(own, 'sessions')),
    processor,
    children,
  }
}

/** The log files of `.swarm/`, but what a server prints that is watched by this program. */
export const logsOf = (own: string): { name: string; bytes: number }[] =>
  namesIn(own)
    .filter((name) => /\.log(\.\d+)?$/.test(name) && name !== 'chaos.log')
    .map((name) => ({ name, bytes: sizeOf(join(own, name)) ?? 0 }))

/** Linux counts it in hundredths of a second, whatever the machine. */
const TICK_MS = 10

function processorOf(pid: number): { own: number; children: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const [user, system, usersOfIt, systemOfIt] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number) as [number, number, number, number]
  return { own: (user + system) * TICK_MS, children: (usersOfIt + systemOfIt) * TICK_MS }
}

/** Not a number while it has told nothing yet. */
function numberIn(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8'))
  } catch {
    return Number.NaN
  }
}

/** But the programs of sandboxes, which stay while the server runs. */
const filesOnTheirWay = (work: string): number =>
  namesIn(work, { isDeep: true }).filter(
    (path) => !path.includes('programs') && sizeOf(join(work, path)) !== null,
  ).length

function bytesIn(folder: string): number {
  return namesIn(folder, { isDeep: true }).reduce((sum, name) => sum + (sizeOf(join(folder, name)) ?? 0), 0)
}

/** None where it is not there, or has just gone. */
function namesIn(folder: string, { isDeep = false } = {}): string[] {
  try {
    return readdirSync(folder, { recursive: isDeep }) as string[]
  } catch {
    return []
  }
}

/** Null for what is no file, or has just gone. */
function sizeOf(path: string): number | null {
  const found = statSync(path, { throwIfNoEntry: false })
  return found?.isFile() ? found.size : null
}
