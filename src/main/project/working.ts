/**
 * Working folders of the swarm. Those that only it reads are below `.swarm/`, on the disk of the repository. Process
 * sandboxes are outside of the project, so that no tool in them finds its files on the way up.
 */
import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, realpathSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { startOf } from '../../sandboxes/table.ts'
import { Refused } from '../../ticket/refused.ts'
import type { Environment } from '../machine/environment.ts'
import { markOf, type ProjectPaths } from './paths.ts'

/**
 * Path of this process's own folder: packs for sandboxes, sockets of the gateway, incoming bundles. Make it before each
 * use: somebody may have cleaned it away.
 */
export const scratchOf = ({ work }: ProjectPaths, pid = process.pid): string =>
  join(work, nameOf(pid) ?? String(pid))

/** Names one process for ever, since process ids are reused. Null when there is no such process. */
function nameOf(pid: number): string | null {
  const started = startOf(pid)
  if (started === null) return null
  return `${pid}-${createHash('sha256').update(started).digest('hex').slice(0, 8)}`
}

/** Removes the working folders of processes that have ended. */
export function clearWork({ work }: ProjectPaths): void {
  for (const name of namesIn(work)) {
    const pid = /^(\d+)-[0-9a-f]{8}$/.exec(name)?.[1]
    if (pid !== undefined && nameOf(Number(pid)) !== name)
      rmSync(join(work, name), { recursive: true, force: true })
  }
}

/**
 * Folders that may hold process sandboxes, the best first: in the person's cache, or else in the temporary folder, as
 * in earlier versions. None is in the project.
 */
export function sandboxRoots({ root }: ProjectPaths, { XDG_CACHE_HOME, HOME }: Environment): string[] {
  const caches = process.platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']
  const cache = [XDG_CACHE_HOME, HOME && join(HOME, ...caches)].find((each) => each && isAbsolute(each))
  const mark = markOf(root)
  return [
    ...(cache ? [join(cache, 'swarm', mark)] : []),
    join(tmpdir(), `swarm-${userNumber()}`, mark),
  ].filter((place) => isOutside(place, root))
}

/** Makes the first usable one of these folders, which only its owner can enter. Throws Refused when none is usable. */
export function sandboxRoot(paths: ProjectPaths, environment: Environment): string {
  const roots = sandboxRoots(paths, environment)
  for (const root of roots) if (makeOwn(dirname(root)) && makeOwn(root)) return root
  throw new Refused(
    `Sandboxes need a folder outside of the project that only you can use, and none was found: ${roots.join(', ')}. Name one: XDG_CACHE_HOME.`,
  )
}

const isOutside = (path: string, folder: string) => relative(real(folder), real(path)).split(sep)[0] === '..'

/** Real path, with links followed as far as it exists. */
function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path === dirname(path) ? path : join(real(dirname(path)), basename(path))
  }
}

/** Makes a folder of our own; false where somebody else was first, as in a place that everybody may write to. */
function makeOwn(path: string): boolean {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return isOwn(path)
  } catch {
    return false
  }
}

/** Number of the user; -1 on systems without. Unlike `userInfo` it needs no entry in /etc/passwd. */
export const userNumber = (): number => process.getuid?.() ?? -1

/** True for a folder of ours that nobody else can enter. */
export function isOwn(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isDirectory() === true && found.uid === userNumber() && (found.mode & 0o077) === 0
}

/** Names in a folder, none where it cannot be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Removes a folder, if it is empty. */
export function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // Another command of this project uses it, or the next start looks after it.
  }
}
