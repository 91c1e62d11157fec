/**
 * What a git that was killed leaves in a bare repository. A lock without an owner stops every later change of that ref;
 * nothing in git ever removes it. Its content counts for nothing: a ref is only what its own file says.
 */
import { lstat, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { COMING_IN } from './objects.ts'

/** A git that its dead server started may still be at work, for a moment. */
const MOMENT = 1000

export async function recover(path: string): Promise<{ locks: number; halves: number }> {
  const halves = await halvesIn(path)
  const locks = await unlock(path, MOMENT)
  for (const half of halves) await rm(half, { recursive: true, force: true })
  return { locks, halves: halves.length }
}

export async function unlock(path: string, patience: number): Promise<number> {
  const before = await marksOf(await locksIn(path))
  if (before.size === 0) return 0
  await pause(patience)
  const after = await marksOf([...before.keys()])
  const stale = [...before.keys()].filter((file) => after.get(file) === before.get(file))
  for (const file of stale) await rm(file, { force: true })
  return stale.length
}

/** At the root and below `refs`, where git makes its locks. */
async function locksIn(path: string): Promise<string[]> {
  const below = async (folder: string): Promise<string[]> => {
    const entries = await entriesOf(folder)
    const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.lock'))
    const folders = entries.filter((entry) => entry.isDirectory())
    const deeper = await Promise.all(folders.map(({ name }) => below(join(folder, name))))
    return [...files.map(({ name }) => join(folder, name)), ...deeper.flat()]
  }
  const root = (await entriesOf(path)).filter((entry) => entry.isFile() && entry.name.endsWith('.lock'))
  return [...root.map(({ name }) => join(path, name)), ...(await below(join(path, 'refs')))]
}

/** Quarantines of work that was on its way in, marks of packs that were, and packs and objects that were being written. */
async function halvesIn(path: string): Promise<string[]> {
  const objects = join(path, 'objects')
  const inObjects = await entriesOf(objects)
  const halves = inObjects
    .filter(({ name }) => name.startsWith('tmp_'))
    .map(({ name }) => join(objects, name))
  const folders = inObjects.filter(({ name }) => name === 'pack' || /^[0-9a-f]{2}$/.test(name))
  for (const { name: folder } of folders)
    for (const { name } of await entriesOf(join(objects, folder)))
      if (HALF.test(name) || (await isMark(join(objects, folder, name))))
        halves.push(join(objects, folder, name))
  return halves
}

/** What git calls a pack or an object that it is still writing. */
export const HALF = /^\.?tmp[-_]/

/** A person may have marks of their own. */
const isMark = async (path: string): Promise<boolean> =>
  path.endsWith('.keep') && (await readFile(path, 'utf8').catch(() => '')) === COMING_IN

const entriesOf = (folder: string) => readdir(folder, { withFileTypes: true }).catch(() => [])

/** What changes when somebody still works with a file. */
async function marksOf(files: string[]): Promise<Map<string, string>> {
  const marks = new Map<string, string>()
  for (const file of files) {
    const found = await lstat(file).catch(() => null)
    if (found) marks.set(file, `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`)
  }
  return marks
}
