/** Packs for sandboxes that cannot see the repository, in a folder of this process's own. */
import { rmSync } from 'node:fs'
import type { Packs } from '../../ports/packs.ts'
import { openPacks } from '../../repos/git/packs.ts'
import type { Environment } from '../machine/environment.ts'

/** Packs by repository. */
export interface WarmPacks {
  of: (source: string) => Packs
  clear(): void
}

/** Makes the packs. The first pack makes `folder`, and `clear` removes it. */
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
