/** Free space on the disk, checked before anybody starts a ticket. */
import { lstat, readdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Settings } from '../../settings/settings.ts'

const MIB = 1024 * 1024

/** Makes a check that gives the shortage in one sentence; null while each of the folders has room. */
export const shortageOf =
  (folders: string[], settings: () => Settings) => async (): Promise<string | null> => {
    const least = settings().minFree
    for (const folder of folders) {
      const free = await lackOf(folder, least)
      if (free !== null)
        return `The disk is nearly full: ${free} MiB are free for ${folder}, and min_free is ${least}. Agents resume when enough is free.`
    }
    return null
  }

/** Free MiB of a folder when they are fewer than `least`; null when there is enough, or the folder is missing. */
export async function lackOf(folder: string, least: number): Promise<number | null> {
  const disk = await statfs(folder).catch(() => null)
  if (disk === null) return null
  const free = Math.floor((disk.bavail * disk.bsize) / MIB)
  return free < least || disk.bavail === 0 ? free : null
}

/** Bytes that a folder and its content take on the disk; 0 when it is missing. Follows no link. */
export async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += await bytesIn(path)
    else bytes += ((await lstat(path).catch(() => null))?.blocks ?? 0) * BLOCK
  }
  return bytes
}

/** Bytes of the unit that lstat counts in, on every disk. */
const BLOCK = 512
