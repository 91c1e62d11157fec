/**
 * Remains of a killed git in a bare repository. A lock without an owner blocks every later change of that ref, and git
 * never removes it. Its content does not count: a ref is only what its own file says.
 */
import { lstat, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { COMING_IN } from './objects.ts'

/** Milliseconds for which a git of a dead server may still be at work. */
const MOMENT = 1000

/** Removes abandoned locks and half-received objects; gives the number of each. Nobody else may use the repository. */
export async function recover(path: string): Promise<{ locks: number; halves: number }> {
  const halves = await halvesIn(path)
  const locks = await unlock(path, MOMENT)
  for (const half of halves) await rm(half, { recursive: true, force: true })
  return { locks, halves: halves.length }
}

/** Removes locks that stay unchanged for `patience` milliseconds; gives their number. */
export async function unlock(path: string, patience: number): Promise<number> {
  const before = await marksOf(await locksIn(path))
  if (before.size === 0) return 0
  await pause(patience)
  const after = await marksOf([...before.keys()])
  const stale = [...before.keys()].filter((file) => after.get(file) === before.get(file))
  for (const file of stale) await rm(file, { force: true })
  return stale.length
}

/** Lists locks at the root and below `refs`, where git makes them. */
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

/** Lists quarantines of incoming work, marks of packs, and packs and objects that were being written. */
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

/** Name that git gives a pack or an object that it is still writing. */
export const HALF = /^\.?tmp[-_]/

/** True for our own mark; a person may have others. */
const isMark = async (path: string): Promise<boolean> =>
  path.endsWith('.keep') && (await readFile(path, 'utf8').catch(() => '')) === COMING_IN

const entriesOf = (folder: string) => readdir(folder, { withFileTypes: true }).catch(() => [])

/** Fingerprints of files, which change while somebody works with them. */
async function marksOf(files: string[]): Promise<Map<string, string>> {
  const marks = new Map<string, string>()
  for (const file of files) {
    const found = await lstat(file).catch(() => null)
    if (found) marks.set(file, `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`)
  }
  return marks
}
