/** Keeps the repository fast: every delivery is a pack, and git looks through all of them. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Git, LONG_MS } from './run.ts'

const MOST_PACKS = 40
/** In one of the 256 folders of loose objects. */
const MOST_LOOSE = 20

/** Joins small packs and loose objects once there are many. Removes no object, and its failure is nobody's. */
export async function packUp(git: Git, path: string): Promise<void> {
  if (!(await isScattered(join(path, 'objects')))) return
  try {
    await git(['repack', '-d', '-q', '--geometric=2'], { timeoutMs: LONG_MS })
    await git(['pack-refs', '--all'])
  } catch {
    // Slower until the next time, and nothing is lost.
  }
}

async function isScattered(objects: string): Promise<boolean> {
  const packs = (await names(join(objects, 'pack'))).filter((name) => name.endsWith('.pack'))
  return packs.length > MOST_PACKS || (await names(join(objects, '17'))).length > MOST_LOOSE
}

const names = (folder: string) => readdir(folder).catch(() => [])
