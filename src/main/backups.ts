/** Copies of the tickets in `.swarm/backups/`: the newest of them are kept. */
import { mkdirSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Backup } from '../cli/swarm/host.ts'
import { Trouble } from '../ports/trouble.ts'
import { copyOnline } from '../stores/sqlite/online.ts'
import { clock } from './clock.ts'
import type { Places } from './places.ts'

/** Taken hourly, a day. */
const KEPT = 24

const NAME = /^tickets-\d{8}T\d{6}Z\.db(-\d+)?$/

/** Safe at any time, also beside a running server. */
export async function backUpNow({ tickets: from, backups }: Places): Promise<Backup & { tickets: number }> {
  mkdirSync(backups, { recursive: true, mode: 0o700 })
  refuseWithoutRoom(from, backups)
  const { path, tickets } = await copyOnline(from, join(backups, `tickets-${stamp(clock.now())}.db`))
  for (const { path } of newestFirst(backups).slice(KEPT)) rmSync(path, { force: true })
  return { ...described(path), tickets }
}

/** Newest first. */
export const listBackups = ({ backups }: Places): Backup[] => newestFirst(backups)

const SPARE = 64 * 1024 * 1024

/** A backup that fills the disk up would be worse than none. */
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
    .map((name) => described(join(folder, name)))
    .sort((one, other) => second(other).localeCompare(second(one)) || other.at - one.at)
}

const second = ({ path }: Backup) => basename(path).slice(0, 'tickets-20260131T235959Z'.length)

function described(path: string): Backup {
  const { size, mtimeMs } = statSync(path)
  return { path, bytes: size, at: Math.round(mtimeMs) }
}

/** `20260131T235959Z`: sorts by time. */
export const stamp = (at: number): string =>
  new Date(at).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '')
