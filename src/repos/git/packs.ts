/**
 * Objects for sandboxes that cannot see the repository. A pack of all of `main` is kept warm, so that a sandbox costs
 * one copy of a file and the few newer objects.
 */
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Packed, Packs } from '../../ports/packs.ts'
import { Trouble } from '../../ports/trouble.ts'
import { writingInto } from './objects.ts'
import { type Host, inBare, LONG_MS } from './run.ts'

/** Repository to pack from, and a folder for the packs. */
export interface OpenPacks extends Host {
  /** The bare repository. */
  path: string
  /** Folder for packs, on any file system; made when it is missing. */
  folder: string
}

interface Warm {
  commit: string
  files: string[]
  bytes: number
}

/** Bytes of objects on top of the warm pack after which it is made anew. */
const MUCH = 4 * 1024 * 1024

/** Opens the `Packs` port on a bare repository. Throws Trouble for commits that it does not have. */
export function openPacks({ path, folder, ...host }: OpenPacks): Packs {
  const git = inBare(path, host)
  let warm: Promise<Warm> | null = null

  const tip = async (ref: string) => {
    const { stdout } = await git(
      ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`],
      {
        blame: `There is no ${ref}`,
      },
    )
    return stdout.toString().trim()
  }

  async function write(want: string[], have: string[]): Promise<Omit<Warm, 'commit'> & Packed> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const own = await mkdtemp(join(folder, 'pack-'))
    const release = () => rm(own, { recursive: true, force: true })
    try {
      const input = [...want, ...have.map((commit) => `^${commit}`), ''].join('\n')
      const { stdout } = await git(
        ['pack-objects', '--revs', '--quiet', '--non-empty', '--delta-base-offset', join(own, 'pack')],
        {
          ...{ env: writingInto(own, path), input, timeoutMs: LONG_MS },
          blame: 'A commit for a sandbox is missing',
        },
      )
      const name = stdout.toString().trim()
      if (name === '') return { files: [], bytes: 0, release }
      const files = ['pack', 'idx'].map((kind) => join(own, `pack-${name}.${kind}`))
      return { files, bytes: (await stat(files[0]!)).size, release }
    } catch (failure) {
      await release()
      throw failure instanceof Trouble
        ? failure
        : new Trouble('disk', `A pack for a sandbox could not be written: ${failure}.`, { cause: failure })
    }
  }

  const heat = async (): Promise<Warm> => {
    const commit = await tip('HEAD')
    return { ...(await write([commit], [])), commit }
  }

  async function warmPack(): Promise<Warm> {
    warm ??= heat()
    const kept = warm
    const found = await kept.catch((failure) => {
      if (warm === kept) warm = null
      throw failure
    })
    if (await areThere(found.files)) return found
    // While nobody needed it somebody has cleaned it away. Of all who see that now, one makes the next.
    if (warm === kept) warm = null
    return warmPack()
  }

  return {
    tip,
    async pack({ want, have }) {
      if (have.length > 0) return write(want, have)
      const base = await warmPack()
      const kept = warm
      const newer = await write(want, [base.commit])
      // The old one stays: somebody may still be reading it.
      if (warm === kept && newer.bytes > MUCH && newer.bytes > base.bytes / 4) warm = null
      return { files: [...base.files, ...newer.files], release: newer.release }
    },
  }
}

const areThere = async (files: string[]): Promise<boolean> => {
  const looked = files.map((file) =>
    stat(file).then(
      () => true,
      () => false,
    ),
  )
  return (await Promise.all(looked)).every(Boolean)
}
