/** The gate on each commit of the history itself, one after the other, and what follows for the tickets. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gitIn, type History, NoHistory } from './history.ts'
import { writeGate } from './project.ts'

export interface Upstream {
  /** Whether each commit is green, in their order. */
  green: boolean[]
  /** Seconds that all gates took. */
  seconds: number
}

/** Throws where the commit that the history begins at is red: nothing can land there. `each` is told how far it is. */
export async function measure(
  above: string,
  { history, verify }: { history: History; verify: string | null },
  each: (at: number) => void,
): Promise<Upstream> {
  const folder = join(above, 'upstream')
  const home = join(above, 'upstream-home')
  mkdirSync(folder)
  mkdirSync(home)
  const git = (...args: string[]) => gitIn(folder, args)
  git('init', '--quiet', '--template=')
  const objects = gitIn(history.repository, ['rev-parse', '--path-format=absolute', '--git-path', 'objects'])
  mkdirSync(join(folder, '.git', 'objects', 'info'), { recursive: true })
  writeFileSync(join(folder, '.git', 'objects', 'info', 'alternates'), objects)
  const isGreen = async (commit: string) => {
    git('checkout', '--quiet', '--force', '--detach', commit)
    git('clean', '-ffdxq')
    if (verify !== null) writeGate(folder, verify)
    const env = { PATH: process.env.PATH, HOME: home, CI: 'true' }
    const [exit] = await once(spawn('./verify.sh', { cwd: folder, stdio: 'ignore', env }), 'exit')
    return exit === 0
  }
  if (!(await isGreen(history.base)))
    throw new NoHistory(
      `${history.base.slice(0, 10)}, before the first commit, is red under this gate: begin elsewhere.`,
    )
  const began = performance.now()
  const green: boolean[] = []
  for (const { commit } of history.commits) {
    green.push(await isGreen(commit))
    each(green.length)
  }
  return { green, seconds: (performance.now() - began) / 1000 }
}

/**
 * Indices of commits that become one ticket each: a red commit goes together with those after it, up to the one that is
 * green again. What is red up to the end cannot land, and is in none.
 */
export function together(green: boolean[]): number[][] {
  const groups: number[][] = []
  let group: number[] = []
  for (const [at, isGreen] of green.entries()) {
    group.push(at)
    if (isGreen) {
      groups.push(group)
      group = []
    }
  }
  return groups
}
