/** Copy of a project for the interviewer, so that ending early leaves the project unchanged. */
import { lstatSync, readFileSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { bytesOf } from '../../ports/path-bytes.ts'
import { type Git, type Host, inProject } from '../../repos/git/run.ts'
import { Refused } from '../../ticket/refused.ts'
import { borrow } from '../project/borrow.ts'

/** Copy of a project. */
export interface Copy {
  /** Folder of the copy. It has no repository: git never runs in files that others may have written. */
  folder: string
  /** Path for the outcome, outside of the copy. */
  outcome: string
  remove(): Promise<void>
}

/** Source of a copy: a commit of a repository, or files of a folder without one. */
export type Original =
  | { root: string; commit: string; git: Git; format: string }
  | { root: string; paths: readonly string[] }

/** Makes the copy. Removes it again when that fails, and throws. */
export async function copyOf(original: Original, host: Host): Promise<Copy> {
  const above = await mkdtemp(join(tmpdir(), 'swarm-interview-'))
  const remove = () => rm(above, { recursive: true, force: true })
  const folder = join(above, basename(original.root))
  await mkdir(folder)
  try {
    if ('commit' in original) await checkOut(original, { folder, above, host })
    else await copyFiles(original, folder)
    return { folder, outcome: join(above, 'outcome.json'), remove }
  } catch (error) {
    await remove()
    throw error
  }
}

interface Target {
  folder: string
  above: string
  host: Host
}

/** Checks out by a repository with none of the project's settings, so that no filter of the project runs. */
async function checkOut(
  { commit, git, format }: Extract<Original, { commit: string }>,
  { folder, above, host }: Target,
): Promise<void> {
  const repository = join(above, 'repository')
  await mkdir(repository)
  await borrow(repository, { git, format, branch: 'main', host })
  const own = inProject(repository, host)
  await own(['read-tree', commit])
  await own(['checkout-index', '--all', `--prefix=${folder}/`], { config: ['core.symlinks=false'] })
  await rm(repository, { recursive: true })
}

async function copyFiles({ root, paths }: Extract<Original, { paths: readonly string[] }>, folder: string) {
  for (const path of paths) {
    const [from, to] = [bytesOf(join(root, path)), bytesOf(join(folder, path))]
    if (!lstatSync(from).isFile()) continue
    await mkdir(bytesOf(dirname(join(folder, path))), { recursive: true })
    await copyFile(from, to)
  }
}

const MOST_BYTES = 100_000

/** Reads a file that the interviewer wrote; null when there is none. */
export function written({ folder }: Copy, path: string): string | null {
  const file = join(folder, path)
  const found = lstatSync(file, { throwIfNoEntry: false })
  if (!found) return null
  if (!found.isFile() || found.size > MOST_BYTES)
    throw new Refused(`The interviewer left a ${path} that cannot be used. Nothing was changed.`)
  return readFileSync(file, 'utf8')
}
