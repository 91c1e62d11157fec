/** Several file systems: what is renamed from one to another fails, and on many machines the temporary folder is one of its own. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const made: string[] = []
const mounted: string[] = []

afterAll(() => {
  for (const folder of mounted.splice(0)) spawnSync('umount', [folder])
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder on another file system than the machine's temporary folder; removed when the file's tests are over. */
export const folderElsewhere = (): string => foldersApart(2)[1]!

/** Why no test of two file systems can run here; null when one can, and where it must. */
export const oneDisk = (): string | null => lackOf(2)

/** The same for three, of which some may have to be made. */
export const fewDisks = (): string | null => lackOf(3)

/**
 * So many folders, each on a file system of its own, the first where the temporary folder is; removed when the file's
 * tests are over. Throws when there are fewer and no more can be mounted.
 */
export function foldersApart(count: number): string[] {
  const paths = apart().slice(0, count)
  while (paths.length < count) paths.push(mount())
  return paths.map((place) => {
    const folder = mkdtempSync(join(place, 'swarm-test-'))
    made.push(folder)
    return folder
  })
}

function lackOf(count: number): string | null {
  const has = apart().length
  const isEnough = has >= count || process.env.SWARM_ENGINES === 'required' || process.getuid?.() === 0
  return isEnough ? null : `this machine has ${has} file systems to write to, and no more can be mounted`
}

/** Where this user may write, one place for each file system. */
function apart(): string[] {
  const devices = new Set<number>()
  const runtime = `/run/user/${process.getuid?.()}`
  return [tmpdir(), '/dev/shm', runtime, homedir(), process.cwd()].filter((place) => {
    const device = deviceOf(place)
    if (device === null || devices.has(device)) return false
    devices.add(device)
    return true
  })
}

function deviceOf(place: string): number | null {
  try {
    accessSync(place, constants.W_OK)
    return statSync(place).dev
  } catch {
    return null
  }
}

/** One more, in memory; only root may make it. */
function mount(): string {
  const place = mkdtempSync(join(tmpdir(), 'swarm-disk-'))
  made.push(place)
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512m', 'swarm-test', place], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`There are too few file systems, so nothing was tested: ${stderr.trim()}`)
  mounted.push(place)
  return place
}
