/** Where sandboxes that cannot see the repository get its objects from: packs, in a folder of this process's own. */
import { rmSync } from 'node:fs'
import type { Packs } from '../../ports/packs.ts'
import { openPacks } from '../../repos/git/packs.ts'
import type { Environment } from '../machine/environment.ts'

export interface WarmPacks {
  of: (source: string) => Packs
  clear(): void
}

/** `folder` is made when the first pack is, and cleared away by `clear`. */
export function warmPacks(folder: string, { PATH }: Environment): WarmPacks {
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
