/** The sandboxes that the settings name; so far the process sandbox alone. */
import { lstatSync, mkdirSync, rmdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { Refused } from '../cli/swarm/refused.ts'
import type { Sandboxes } from '../ports/sandbox.ts'
import { processSandboxes } from '../sandboxes/process/process.ts'
import type { Environment } from './environment.ts'
import { type Places, sandboxRoot } from './places.ts'

export interface Ground {
  sandboxes: Sandboxes
  /** For files on their way between a sandbox and the repository. */
  scratch: string
  /** Why this kind, and what it means for the person. */
  why: string
  /** Removes the folders, as far as nothing is left in them. */
  clear(): void
}

export function groundFor(places: Places, { PATH = '/usr/local/bin:/usr/bin:/bin' }: Environment): Ground {
  const { uid } = userInfo()
  const root = sandboxRoot(tmpdir(), uid, places)
  for (const folder of [dirname(root), root]) ownFolder(folder, uid)
  const scratch = join(root, 'scratch')
  mkdirSync(scratch, { recursive: true, mode: 0o700 })
  return {
    sandboxes: processSandboxes({ root, searchPath: PATH }),
    scratch,
    why: 'which does NOT isolate: agents can do on this machine whatever you can',
    clear: () => {
      for (const folder of [scratch, root]) removeEmpty(folder)
    },
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // Something is in it: another command of this project uses it, or the next start looks after it.
  }
}

/** In a folder that everybody may write to, somebody else may have been first. */
function ownFolder(path: string, uid: number): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const found = lstatSync(path)
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0) return
  throw new Refused(`${path} must be a folder that only you can use. Remove it and try again.`)
}
