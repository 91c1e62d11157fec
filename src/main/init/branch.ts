/** The branch of a project that everybody builds on: not always `main`, and not always the one that is checked out. */

import type { Project } from '../../repos/git/project.ts'
import { Refused } from '../../ticket/refused.ts'
import type { Person } from '../project/person.ts'

const USUAL = ['main', 'master', 'trunk', 'develop']

/** Finds the default branch and its tip; null before its first commit. Throws Refused when it is unclear. */
export async function defaultBranch(
  { git, branch: current, commit: head }: Project,
  person: Person,
): Promise<{ branch: string; commit: string | null }> {
  if (current !== null && head === null) return { branch: current, commit: null }
  const local = await branches()
  const commitOf = (branch: string) => ({ branch, commit: local.get(branch) ?? null })
  const remote = await originsHead()
  if (remote !== null) {
    if (local.has(remote)) return commitOf(remote)
    throw new Refused(
      `The project's default branch ${remote} is only at its origin. First: git branch ${remote} origin/${remote}.`,
    )
  }
  const usual = [person.defaultBranch ?? 'main', ...USUAL]
  if (current !== null && usual.includes(current)) return commitOf(current)
  const found =
    usual.find((name) => local.has(name)) ?? current ?? [...local.keys()].find(() => local.size === 1)
  if (found === undefined)
    throw new Refused(
      'It is not clear which branch is the default one. Check it out first: git switch BRANCH.',
    )
  return commitOf(found)

  async function branches(): Promise<Map<string, string>> {
    const { stdout } = await git([
      'for-each-ref',
      '--format=%(refname:lstrip=2) %(objectname)',
      'refs/heads/',
    ])
    const lines = stdout
      .toString()
      .split('\n')
      .filter((line) => line !== '')
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]),
    )
  }

  async function originsHead(): Promise<string | null> {
    const asked = await git(['symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD'], { exits: [0, 1, 128] })
    return asked.exit === 0 ? asked.stdout.toString().trim().replace('refs/remotes/origin/', '') : null
  }
}
