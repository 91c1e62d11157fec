/** Looks at the result as a stranger would: a fresh clone, and the gate on every first-parent commit of `main`. */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'

export interface Checked {
  commits: number
  green: number
  /** The red ones: subject, and the end of what the gate said. */
  red: string[]
}

/** `each` is told of every commit as it is checked. Throws when `over` aborts: a gate that was interrupted is not red. */
export async function checkEveryCommit(
  bare: string,
  scratch: string,
  each: (at: number, of: number) => void,
  over: AbortSignal,
): Promise<Checked> {
  const clone = join(scratch, 'fresh-clone')
  rmSync(clone, { recursive: true, force: true })
  git(scratch, 'clone', '--quiet', bare, clone)
  const commits = git(clone, 'log', '--first-parent', '--reverse', '--format=%H %s').trim().split('\n')
  const red: string[] = []
  for (const [at, line] of commits.entries()) {
    each(at + 1, commits.length)
    const commit = line.slice(0, line.indexOf(' '))
    git(clone, 'checkout', '--quiet', '--force', '--detach', commit)
    git(clone, 'clean', '-ffdxq')
    const gate = spawnSync('./verify.sh', { cwd: clone, encoding: 'utf8', env: bareEnv() })
    await heard()
    over.throwIfAborted()
    if (gate.status !== 0)
      red.push(
        `${line}: ${gate.error ?? gate.signal ?? gate.status} ${tail(`${gate.stdout ?? ''}${gate.stderr ?? ''}`)}`,
      )
  }
  return { commits: commits.length, green: commits.length - red.length, red }
}

/** Signals that came while a child kept this program waiting are handled. */
export async function heard(): Promise<void> {
  await turn()
  // The first may come before signals are looked for.
  await turn()
}

const tail = (output: string) => output.trim().split('\n').slice(-5).join(' | ')

export function git(cwd: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync('git', args, { cwd, encoding: 'utf8', env: bareEnv() })
  if (status !== 0) throw new Error(`git ${args[0]} failed: ${error?.message ?? stderr}`)
  return stdout
}

/** So that nothing of the person's own settings decides what is green. */
const bareEnv = () => ({
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  LC_ALL: 'C',
})
