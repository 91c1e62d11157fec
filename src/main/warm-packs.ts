/** Where sandboxes that cannot see the repository get its objects from: packs, in a folder of this process's own. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Packs } from '../ports/packs.ts'
import { openPacks } from '../repos/git/packs.ts'
import type { Environment } from './environment.ts'

export interface WarmPacks {
  of: (source: string) => Packs
  clear(): void
}

const PREFIX = 'packs-'

export function warmPacks(root: string, { PATH }: Environment): WarmPacks {
  const folder = join(root, `${PREFIX}${process.pid}`)
  for (const left of readdirSync(root).filter((name) => name.startsWith(PREFIX)))
    if (!isAlive(Number(left.slice(PREFIX.length))))
      rmSync(join(root, left), { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const opened = new Map<string, Packs>()
  return {
    of(source) {
      const packs =
        opened.get(source) ?? openPacks({ path: source, folder, ...(PATH ? { searchPath: PATH } : {}) })
      opened.set(source, packs)
      return packs
    },
    clear: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return pid !== process.pid
  } catch (failure) {
    return (failure as NodeJS.ErrnoException).code === 'EPERM'
  }
}
