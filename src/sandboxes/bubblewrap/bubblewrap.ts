/**
 * Sandboxes made by bubblewrap, for Linux without an engine: namespaces of their own, this machine's programs
 * read-only, files in memory, no network but the way to the gateway.
 */
import { randomBytes } from 'node:crypto'
import type { Packs } from '../../ports/packs.ts'
import type { Reading, Sandboxes } from '../../ports/sandbox.ts'
import { enclosed } from '../enclosed.ts'
import { startOf } from '../table.ts'
import { type Group, type Limits, makeGroup, removeGroups } from './cgroup.ts'
import { openRoom, type Tools } from './room.ts'

/** Parts that bubblewrap sandboxes are made of. */
export interface BubblewrapSandboxes {
  tools: Tools
  /** Mark of the project: sandboxes of other projects are left alone. */
  mark: string
  /** Description of this machine for the gate's fingerprint. */
  machine: string
  /** Reads the limits anew for each sandbox. */
  limits: () => Limits
  /** Gives the packs of a repository by its path. */
  packs: (source: string) => Packs
}

/** Makes the sandboxes of a project. Opening one throws Trouble when bubblewrap fails. */
export function bubblewrapSandboxes(options: BubblewrapSandboxes): Sandboxes {
  const { tools, mark, machine } = options
  const open = new Map<Group, Seen>()
  return {
    kind: `bubblewrap ${machine}`,
    reach: 'socket',
    async open(spec, signal) {
      const limits = options.limits()
      const owner = `${process.pid}_${startOf(process.pid)}`
      const group = makeGroup(`${mark}.${owner}.${randomBytes(5).toString('hex')}`, limits)
      const room = await openRoom({ tools, limits, group, spec }, signal)
      if (group) open.set(group, { name: spec.name, at: performance.now(), cpuMicroseconds: 0 })
      const remove = async () => {
        if (group) open.delete(group)
        await room.remove()
      }
      return enclosed({ ...room, remove }, spec, options.packs(spec.checkout.source), signal)
    },
    readings: async () => [...open].flatMap(([group, seen]) => read(group, seen)),
    reap: () => reap(mark),
  }
}

interface Seen {
  name: string
  at: number
  cpuMicroseconds: number
}

/** Reads memory, and processor time since the last reading. */
function read(group: Group, seen: Seen): Reading[] {
  const usage = group.usage()
  if (!usage) return []
  const now = performance.now()
  const spent = usage.cpuMicroseconds - seen.cpuMicroseconds
  const cpuPercent = (100 * spent) / Math.max(1, (now - seen.at) * 1000)
  Object.assign(seen, { at: now, cpuMicroseconds: usage.cpuMicroseconds })
  return [{ name: seen.name, cpuPercent, memoryBytes: usage.memoryBytes }]
}

/** Removes groups of dead servers; their processes ended with the server. Gives their number. */
async function reap(mark: string): Promise<number> {
  const orphans = new Set<string>()
  await removeGroups((name) => {
    const [, of, pid, started] = /^([^.]+)\.(\d+)_([^.]*)\.[0-9a-f]+$/.exec(name) ?? []
    const isOrphan = of === mark && startOf(Number(pid)) !== started
    if (isOrphan) orphans.add(name)
    return isOrphan
  })
  return orphans.size
}
