/** Somebody pushes a main that is red; later it is mended, by another push or by a ticket. Nothing of ours is asked. */
import { chance } from './chance.ts'
import type { Disk, Tree } from './repo.ts'
import { keepTree, mainOf, treeOf, write } from './repo.ts'
import type { Truth } from './truth.ts'

export interface RedPush {
  at: number
  /** Milliseconds until it is mended. */
  lasts: number
  mender: 'push' | 'ticket'
}

/** In some histories one, or two. `calm`: when nothing new goes wrong any more; milliseconds, as all here. */
export function redPushesOf(seed: number, calm: number): RedPush[] {
  const draw = chance('red push', seed)
  if (!draw.happens(40)) return []
  return Array.from({ length: draw.between(1, 2) }, () => ({
    at: draw.below(calm / 2),
    lasts: draw.between(20_000, calm / 4),
    mender: draw.pick(['push', 'ticket'] as const),
  })).sort((a, b) => a.at - b.at)
}

/** What whoever mends it takes away. */
export const redIn = (files: Tree): string[] => [...files.keys()].filter((path) => path.startsWith('red/'))

/** The name of tickets that mend `main`, and a priority that no other ticket of a plan has. Later ones have a higher one. */
export const MENDS = 'Mend'
export const MENDING = 9

/** One that has failed to waits for a higher priority, as the question about `main` says then. */
export const isToMend = ({ priority, attempts }: { priority: number; attempts: number }): boolean =>
  priority >= MENDING && attempts === 0

export const breakMain = (disk: Disk, at: number): void =>
  commitToMain(disk, (files) => files.set(`red/${at}.txt`, { mode: '100644', text: 'BUG\n' }))

/** Whoever pushes it is no ticket's agent. */
export const mendMain = (disk: Disk, { wrote }: Pick<Truth, 'wrote'>): void =>
  commitToMain(disk, (files) => {
    for (const path of redIn(files)) {
      files.delete(path)
      wrote(0, path, null)
    }
  })

function commitToMain(disk: Disk, change: (files: Tree) => unknown): void {
  const tip = disk.commits.get(mainOf(disk))!
  const files = new Map(treeOf(disk, tip.tree))
  change(files)
  const draft = { parents: [tip.commit], message: 'Pushed\n', author: 'Ada <ada@example.org>', at: 0 }
  disk.refs.set(`refs/heads/${disk.branch}`, write(disk, { ...draft, tree: keepTree(disk, files) }))
}
