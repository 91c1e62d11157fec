/** Archive store in a folder of files, which one process at a time fills. */
import { chmod, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Archives } from '../../ports/archives.ts'
import { Trouble } from '../../ports/trouble.ts'

const WHOLE = '.tar'
const UNFINISHED = '.unfinished'

/** Opens the archive store of a folder; at most `most` archives stay. Throws Trouble when the disk fails. */
export function fileArchives(folder: string, most: number): Archives {
  const filling = new Set<string>()
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
      const name = `${key}${UNFINISHED}`
      const path = join(folder, name)
      filling.add(name)
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await fill(path)
        await sync(path)
        await chmod(path, 0o400)
        await rename(path, join(folder, `${key}${WHOLE}`))
      } catch (failure) {
        throw troubleOf(failure)
      } finally {
        filling.delete(name)
        await clear(folder, most, filling)
      }
    },
    async remove(key) {
      await rm(join(folder, `${key}${WHOLE}`), { force: true }).catch((failure) => {
        throw troubleOf(failure)
      })
    },
  }
}

/** Wraps errors of the disk as Trouble; other errors of `fill` stay as they are. */
function troubleOf(failure: unknown): unknown {
  const { syscall, message } = failure as NodeJS.ErrnoException
  if (failure instanceof Trouble || syscall === undefined) return failure
  return new Trouble('disk', `An archive could not be kept or removed: ${message}.`, { cause: failure })
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r')
  await file.sync().finally(() => file.close())
}

/** Removes unfinished archives, and the least recently used ones beyond `most`. */
async function clear(folder: string, most: number, filling: Set<string>): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const whole = names.filter((name) => name.endsWith(WHOLE)).map((name) => join(folder, name))
  const aged = await Promise.all(whole.map(async (path) => ({ path, used: await lastUse(path) })))
  const old = aged.sort((one, other) => other.used - one.used).slice(most)
  const begun = names.filter((name) => name.endsWith(UNFINISHED) && !filling.has(name))
  for (const path of [...begun.map((name) => join(folder, name)), ...old.map((each) => each.path)])
    await rm(path, { force: true })
}

/** Time of the last use; 0 when another process has removed the archive meanwhile. */
const lastUse = (path: string) =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
