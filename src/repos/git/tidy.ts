/**
 * Upkeep that keeps the repository fast and small: every delivery is a pack, git looks through all of them, and objects
 * stay that refs once reached. A kill loses nothing: git completes the new before it removes the old.
 */
import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tidying } from '../../ports/repo.ts'
import { HALF } from './recover.ts'
import type { Git } from './run.ts'

const MOST_PACKS = 40
/** Maximum of loose objects in one of their 256 folders. */
const MOST_LOOSE = 20
/** Time limit for a large repository on one processor that others need more. */
const LONGEST_MS = 60 * 60_000
/** Settings for one processor, and memory that does not depend on the repository's size. */
const FRUGAL = [
  'pack.threads=1',
  'pack.windowMemory=128m',
  'pack.deltaCacheSize=64m',
  'repack.writeBitmaps=false',
]

/**
 * Packs loose objects; with `unreachableBefore`, removes old unreachable ones too. Throws Trouble when the signal
 * aborts.
 */
export async function tidy(git: Git, path: string, { unreachableBefore, signal }: Tidying): Promise<void> {
  const objects = join(path, 'objects')
  const options = { config: FRUGAL, idle: true, signal, timeoutMs: LONGEST_MS }
  await clearHalves(join(objects, 'pack'))
  if (unreachableBefore !== null) {
    const before = new Date(unreachableBefore).toISOString()
    await git(['repack', '-a', '-d', '-q', '--cruft', `--cruft-expiration=${before}`], options)
    await git(['prune', `--expire=${before}`], options)
  } else if (await isScattered(objects)) await git(['repack', '-d', '-q', '--geometric=2'], options)
  else return
  // Short, and not to be ended: it holds the lock of one ref after the other.
  await git(['pack-refs', '--all'])
}

async function isScattered(objects: string): Promise<boolean> {
  const packs = (await names(join(objects, 'pack'))).filter((name) => name.endsWith('.pack'))
  return packs.length > MOST_PACKS || (await names(join(objects, '17'))).length > MOST_LOOSE
}

/** Age in milliseconds at which a pack that nobody writes to counts as abandoned. */
const ABANDONED = 60 * 60_000

async function clearHalves(packs: string): Promise<void> {
  for (const name of await names(packs)) {
    if (!HALF.test(name)) continue
    const found = await lstat(join(packs, name)).catch(() => null)
    if (found && Date.now() - found.mtimeMs > ABANDONED) await rm(join(packs, name), { force: true })
  }
}

const names = (folder: string) => readdir(folder).catch(() => [])
