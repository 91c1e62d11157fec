/** A shelf that is a folder of files, which one process at a time fills. */
import { chmod, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Shelf } from '../../ports/shelf.ts'

const MOST = 3
const WHOLE = '.tar'
const UNFINISHED = '.unfinished'

export function fileShelf(folder: string): Shelf {
  return {
    async find(key) {
      const path = join(folder, `${key}${WHOLE}`)
      const now = new Date()
      return utimes(path, now, now).then(
        () => path,
        () => null,
      )
    },
    async keep(key, fill) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const path = join(folder, `${key}${UNFINISHED}`)
      try {
        await fill(path)
        await sync(path)
        await chmod(path, 0o400)
        await rename(path, join(folder, `${key}${WHOLE}`))
      } finally {
        await clear(folder)
      }
    },
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r')
  await file.sync().finally(() => file.close())
}

/** What was begun and not ended, and what has not been used for the longest. */
async function clear(folder: string): Promise<void> {
  const names = await readdir(folder)
  const whole = names.filter((name) => name.endsWith(WHOLE)).map((name) => join(folder, name))
  const aged = await Promise.all(whole.map(async (path) => ({ path, used: (await stat(path)).mtimeMs })))
  const old = aged.sort((one, other) => other.used - one.used).slice(MOST)
  const begun = names.filter((name) => name.endsWith(UNFINISHED)).map((name) => join(folder, name))
  for (const path of [...begun, ...old.map((each) => each.path)]) await rm(path, { force: true })
}
