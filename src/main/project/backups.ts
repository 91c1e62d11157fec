/** Copies of the tickets in `.swarm/backups/`; only the newest stay. */
import { mkdirSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Backup } from '../../cli/swarm/host/backups.ts'
import { Trouble } from '../../ports/trouble.ts'
import { copyOnline, UNFINISHED } from '../../stores/sqlite/online.ts'
import { clock } from '../machine/clock.ts'
import type { ProjectPaths } from './paths.ts'

/** Maximum number of copies: hourly ones of a day. */
const KEPT = 24

const NAME = /^tickets-\d{8}T\d{6}Z\.db(-\d+)?$/

/**
 * Backs the tickets up now. Safe at any time, also beside a running server. Throws Trouble when the disk lacks room.
 */
export async function backUpNow({
  tickets: from,
  backups,
}: ProjectPaths): Promise<Backup & { tickets: number }> {
  mkdirSync(backups, { recursive: true, mode: 0o700 })
  clearUnfinished(backups)
  refuseWithoutRoom(from, backups)
  const { path, tickets } = await copyOnline(from, join(backups, `tickets-${stamp(clock.now())}.db`))
  const taken = described(path)
  // Of a clock that was set back this one may look like the oldest.
  const others = newestFirst(backups).filter((each) => each.path !== path)
  for (const { path } of others.slice(KEPT - 1)) rmSync(path, { force: true })
  if (taken === null) throw new Trouble('disk', `${path} was removed as soon as it was taken.`)
  return { ...taken, tickets }
}

/** Milliseconds after which a copy that nobody has written to belongs to a killed program. */
const ABANDONED = 3_600_000

function clearUnfinished(folder: string): void {
  for (const name of readdirSync(folder).filter((each) => each.endsWith(UNFINISHED))) {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false })
    if (stat && clock.now() - stat.mtimeMs > ABANDONED) rmSync(join(folder, name), { force: true })
  }
}

/** Lists the backups, newest first. */
export const listBackups = ({ backups }: ProjectPaths): Backup[] => newestFirst(backups)

const SPARE = 64 * 1024 * 1024

/** Throws when the disk lacks room: a backup that fills the disk would be worse than none. */
function refuseWithoutRoom(from: string, to: string): void {
  const { bavail, bsize } = statfsSync(to)
  const size = statSync(from, { throwIfNoEntry: false })?.size ?? 0
  if (bavail * bsize > size + SPARE) return
  throw new Trouble('disk', 'There is not enough room on the disk for a backup of the tickets.')
}

function newestFirst(folder: string): Backup[] {
  const names = statSync(folder, { throwIfNoEntry: false }) ? readdirSync(folder) : []
  return names
    .filter((name) => NAME.test(name))
    .flatMap((name) => described(join(folder, name)) ?? [])
    .sort((one, other) => second(other).localeCompare(second(one)) || other.at - one.at)
}

const second = ({ path }: Backup) => basename(path).slice(0, 'tickets-20260131T235959Z'.length)

/** Describes a backup; null when another program has removed it meanwhile. */
function described(path: string): Backup | null {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat ? { path, bytes: stat.size, at: Math.round(stat.mtimeMs) } : null
}

/** Time stamp like `20260131T235959Z`, which sorts by time. */
export const stamp = (at: number): string =>
  new Date(at).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '')
