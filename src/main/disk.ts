/** Whether there is room to work: asked before anybody starts on a ticket. */
import { statfs } from 'node:fs/promises'
import type { Settings } from '../ports/settings.ts'

const MIB = 1024 * 1024

/** Gives what is short, in one sentence; null while each of the folders has room. */
export const shortageOf =
  (folders: string[], settings: () => Settings) => async (): Promise<string | null> => {
    const least = settings().minFree
    for (const folder of folders) {
      const disk = await statfs(folder).catch(() => null)
      if (disk === null) continue
      const free = Math.floor((disk.bavail * disk.bsize) / MIB)
      if (free < least || disk.bavail === 0)
        return `The disk is nearly full: ${free} MiB are free for ${folder}, and min_free is ${least}. Agents go on when there is room.`
    }
    return null
  }
