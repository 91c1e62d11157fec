/** The tree that the patches of a history give in another order than its own. */
import { spawnSync } from 'node:child_process'
import type { Chance } from '../sim/chance.ts'
import { gitIn, type History } from './history.ts'
import { waits } from './lines.ts'

/** Draws an order in which no commit comes before one that it waits for, applies all of them, and gives the tree. */
export function shuffled({ repository, base, commits }: History, index: string, draw: Chance): string {
  const env = { GIT_INDEX_FILE: index }
  gitIn(repository, ['read-tree', base], { env })
  const blockers = waits(commits.map(({ touches }) => touches))
  const left = new Set(commits.keys())
  while (left.size > 0) {
    const next = draw.pick([...left].filter((at) => !blockers[at]!.some((each) => left.has(each))))
    left.delete(next)
    const { patch, subject } = commits[next]!
    if (patch.length === 0) continue
    const { status, stderr } = spawnSync(
      'git',
      ['-C', repository, 'apply', '--cached', '--whitespace=nowarn'],
      {
        ...{ input: patch, env: { ...process.env, ...env } },
      },
    )
    if (status !== 0) throw new Error(`"${subject}" does not fit: ${stderr}`)
  }
  return gitIn(repository, ['write-tree'], { env }).toString().trim()
}
