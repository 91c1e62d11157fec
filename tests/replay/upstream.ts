/** The gate on each commit of the history itself, one after the other, and what follows for the tickets. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { gitIn, type History, NoHistory } from './history.ts'
import { borrow, writeGate } from './project.ts'

export interface Upstream {
  /** Whether each commit is green, in their order. */
  green: boolean[]
  /** Seconds that the gates took, added up. */
  seconds: number
}

/**
 * Runs the gate on every commit, `jobs` at once, each in a checkout below `above`. `each` hears how many are through. Throws
 * where the commit that the history begins at is red: nothing can land there.
 */
export async function measure(
  above: string,
  { history, verify, jobs }: { history: History; verify: string | null; jobs: number },
  each: (through: number) => void,
): Promise<Upstream> {
  const gates = Array.from({ length: jobs }, (_, at) =>
    gateIn(join(above, `upstream-${at}`), history, verify),
  )
  if (!(await gates[0]!(history.base)))
    throw new NoHistory(
      `${history.base.slice(0, 10)}, before the first commit, is red under this gate: begin elsewhere.`,
    )
  const left = [...history.commits.entries()]
  const green: boolean[] = []
  let through = 0
  let seconds = 0
  const work = async (isGreen: Gate) => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [at, { commit }] = next
      const began = performance.now()
      green[at] = await isGreen(commit)
      seconds += (performance.now() - began) / 1000
      each(++through)
    }
  }
  await Promise.all(gates.map(work))
  return { green, seconds }
}

type Gate = (commit: string) => Promise<boolean>

/** A checkout of its own, in which the gate is run on one commit after the other. */
function gateIn(folder: string, { repository }: History, verify: string | null): Gate {
  const home = `${folder}-home`
  mkdirSync(home)
  mkdirSync(join(folder, '.git', 'objects', 'info'), { recursive: true })
  const git = (...args: string[]) => gitIn(folder, args)
  git('init', '--quiet', '--template=')
  borrow(folder, repository)
  const env = { PATH: process.env.PATH, HOME: home, CI: 'true' }
  return async (commit) => {
    git('checkout', '--quiet', '--force', '--detach', commit)
    git('clean', '-ffdxq')
    if (verify !== null) writeGate(folder, verify)
    const [exit] = await once(spawn('./verify.sh', { cwd: folder, stdio: 'ignore', env }), 'exit')
    return exit === 0
  }
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
