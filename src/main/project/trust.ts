/**
 * Trust in `.swarm/`: the server trusts its content, since no agent can write there. It must not come by git either:
 * else a pull could bring an agent's version of it.
 */
import { shown } from '../../ports/path-bytes.ts'
import { isOwn } from '../../ports/paths.ts'
import { pathsOf } from '../../repos/git/fields.ts'
import { type Git, type Host, inBare, inProject } from '../../repos/git/run.ts'
import type { ProjectPaths } from './paths.ts'

/** Explains why the server must not start here; null when it may. */
export async function distrust(
  { root, bare }: ProjectPaths,
  branch: string,
  host: Host,
): Promise<string | null> {
  const inFolder = await trackedOwn({ git: inProject(root, host), commit: null, branch })
  if (inFolder !== null) return inFolder
  if (!(await holdsOwn(inBare(bare, host), `refs/heads/${branch}`))) return null
  return (
    `${branch} of the swarm's repository has .swarm/ in it, which only swarm may write. Remove it from ${branch} in ` +
    `your project and commit that, move .swarm/repo.git away, and run swarm init again.`
  )
}

/** Explains what a project's index or commit holds of `.swarm/`; null for nothing. */
export async function trackedOwn({ git, commit, branch }: Asked): Promise<string | null> {
  const { exit, stdout } = await git(['ls-files', '-z', '--', ':(top)'], { exits: [0, 128] })
  const tracked = exit === 0 ? pathsOf(stdout).filter(isOwn) : []
  if (tracked.length > 0)
    return (
      `git tracks ${shown(tracked[0]!)}, and what swarm trusts must not come from git. ` +
      'Untrack it first: git rm -r --cached .swarm && git commit.'
    )
  if (commit === null || !(await holdsOwn(git, commit))) return null
  return `Branch ${branch} has .swarm/ in it, and what swarm trusts must not come from git. Remove it there and commit.`
}

interface Asked {
  git: Git
  commit: string | null
  branch: string
}

/**
 * True when a commit holds the folder, also by another name that some disk treats as equal: by case, invisible letters,
 * or a dot at the end.
 */
async function holdsOwn(git: Git, commit: string): Promise<boolean> {
  const { stdout } = await git(['ls-tree', '-z', '--name-only', commit])
  return pathsOf(stdout).some(isOwn)
}
