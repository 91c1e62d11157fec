/** Files of a sandbox, reached from outside: an agent may have planted a symlink on the way, so real paths count. */
import { chmod, lstat, mkdir, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { Trouble } from '../../ports/trouble.ts'

/** Folders of a sandbox on the host. */
export interface Place {
  /** Real path of the whole sandbox. */
  folder: string
  checkout: string
}

/** Writes a file inside, with its parent folders. Throws Trouble for a path that leads out, and when the disk fails. */
export async function writeInside(place: Place, path: string, content: string | Buffer, mode: number) {
  const target = await realPlace(place, resolve(place.checkout, path))
  try {
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, content)
    await chmod(target, mode)
  } catch (failure) {
    throw troubleOf(`${path} could not be written in the sandbox`, failure)
  }
}

const OF_THE_DISK = ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS']

/** Makes Trouble of a failure: `disk` for errors of the disk, else `sandbox`. */
export function troubleOf(what: string, failure: unknown): Trouble {
  if (failure instanceof Trouble) return failure
  const { code, message } = failure as NodeJS.ErrnoException
  const kind = OF_THE_DISK.includes(code ?? '') ? 'disk' : 'sandbox'
  return new Trouble(kind, `${what}: ${message}.`, { cause: failure })
}

/** Resolves a path with its links, though its end may not exist yet. Throws Trouble when it leads out. */
async function realPlace({ folder }: Place, path: string): Promise<string> {
  const missing: string[] = []
  for (let at = path; ; at = dirname(at)) {
    const real = await realpath(at).catch(() => null)
    if (real !== null) {
      if (real !== folder && !real.startsWith(folder + sep)) throw outside(path)
      return join(real, ...missing)
    }
    // A link to nothing would be followed by whoever writes there.
    if (await lstat(at).catch(() => null)) throw outside(path)
    missing.unshift(basename(at))
  }
}

const outside = (path: string) =>
  new Trouble('sandbox', `${path} leads out of the sandbox.`, { retryable: false })

const RETRIED = { recursive: true, force: true, maxRetries: 5, retryDelay: 20 }

/** Removes a folder, read-only files included. */
export async function removeAll(folder: string): Promise<void> {
  try {
    await rm(folder, RETRIED)
  } catch {
    await unlock(folder)
    await rm(folder, RETRIED)
  }
}

async function unlock(folder: string): Promise<void> {
  await chmod(folder, 0o700)
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await unlock(join(folder, entry.name))
}
