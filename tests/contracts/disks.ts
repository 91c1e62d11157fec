/** Two file systems: what is renamed from one to the other fails, and on many machines the temporary folder is one of its own. */
import { accessSync, constants, mkdtempSync, rmSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const made: string[] = []

afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder on another file system than the machine's temporary folder; removed when the file's tests are over. */
export function folderElsewhere(): string {
  const place = elsewhere()
  if (place === undefined)
    throw new Error(`${ONLY_ONE}, so nothing was tested. On Linux /dev/shm is one more.`)
  const folder = mkdtempSync(join(place, 'swarm-test-'))
  made.push(folder)
  return folder
}

/** Why no test of two file systems can run here; null when one can, and where it must. */
export const oneDisk = (): string | null =>
  process.env.SWARM_ENGINES === 'required' || elsewhere() !== undefined ? null : ONLY_ONE

const ONLY_ONE = 'this machine has only one file system'

const elsewhere = () => ['/dev/shm', homedir(), process.cwd()].find(isElsewhere)

function isElsewhere(place: string): boolean {
  try {
    accessSync(place, constants.W_OK)
    return statSync(place).dev !== statSync(tmpdir()).dev
  } catch {
    return false
  }
}
