/** Obstacles to initialising a folder as it is. */
import { existsSync, lstatSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { Refused } from '../../ticket/refused.ts'
import type { ProjectPaths } from '../project/paths.ts'
import { trackedOwn } from '../project/trust.ts'
import type { Draft } from './first-commit.ts'
import type { Survey } from './survey.ts'

/** Throws Refused when the repository holds a `.swarm/`: its content must not come by git. */
export async function refuseTracked({ project, commit, branch }: Survey): Promise<void> {
  if (project === null) return
  const sentence = await trackedOwn({ git: project.git, commit, branch })
  if (sentence !== null) throw new Refused(sentence)
}

/** Throws Refused when `.swarm` exists and is not from `swarm init`. */
export function refuseStrangers({ own }: ProjectPaths): void {
  const there = lstatSync(own, { throwIfNoEntry: false })
  if (!there || (there.isDirectory() && readdirSync(own).length === 0)) return
  throw new Refused('.swarm is there already, but not from swarm init. Move it away first.')
}

const UNDER_WAY = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'rebase-merge', 'rebase-apply']

/**
 * Throws Refused in the middle of a merge, or for a branch that is checked out elsewhere: a commit would confuse these.
 */
export async function refuseUnfinished(
  { project, isCheckedOut, root }: Survey,
  { branch }: Draft,
): Promise<void> {
  if (project === null) return
  const { git } = project
  if (isCheckedOut) {
    for (const name of UNDER_WAY) {
      const path = (await git(['rev-parse', '--git-path', name])).stdout.toString().trim()
      if (existsSync(resolve(root, path)))
        throw new Refused(
          'A merge or rebase is under way in the project. Finish or abort it first: git status.',
        )
    }
    return
  }
  const { stdout } = await git(['for-each-ref', '--format=%(worktreepath)', `refs/heads/${branch}`])
  const elsewhere = stdout.toString().trim()
  if (elsewhere !== '')
    throw new Refused(`Branch ${branch} is checked out in ${elsewhere}. Run swarm init there.`)
}
