/**
 * Restart of the swarm at newer commits of the person. Possible only while nothing has landed: then everything so far
 * lies before the swarm. Afterwards `main` is the merge queue's alone.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { START } from '../../life/names.ts'
import type { Project } from '../../repos/git/project.ts'
import { BY_PATH, inBare, inProject } from '../../repos/git/run.ts'
import { Refused } from '../../ticket/refused.ts'
import { borrow } from '../project/borrow.ts'
import { takeLock } from '../project/lock.ts'
import type { ProjectPaths } from '../project/paths.ts'
import type { Person } from '../project/person.ts'

/**
 * Number of commits that the project's branch is ahead of a swarm where nothing has landed; null when it cannot begin
 * anew.
 */
export async function ahead(
  { bare }: ProjectPaths,
  { project, branch, commit }: { project: Project; branch: string; commit: string },
  { host }: Person,
): Promise<number | null> {
  const tip = await tipWhereNothingLanded(bare, branch, host)
  if (tip === null) return null
  const asked = await project.git(['rev-list', '--count', `${tip}..${commit}`], { exits: [0, 128] })
  const isAncestor = await project.git(['merge-base', '--is-ancestor', tip, commit], { exits: [0, 1, 128] })
  return asked.exit === 0 && isAncestor.exit === 0 ? Number(asked.stdout.toString()) : null
}

async function tipWhereNothingLanded(bare: string, branch: string, host: Person['host']) {
  const git = inBare(bare, host)
  const { exit, stdout } = await git(['rev-parse', `refs/heads/${branch}`, START], { exits: [0, 128] })
  const [tip, start] = stdout.toString().trim().split('\n')
  return exit === 0 && tip === start ? tip! : null
}

/** Moves the swarm's `main` to a commit ahead of it. Throws Refused while a server runs, and once work has landed. */
export async function rebegin(
  { bare, lock: place }: ProjectPaths,
  { project, branch, commit }: { project: Project; branch: string; commit: string },
  { host }: Person,
): Promise<void> {
  const lock = takeLock(place)
  if (lock === null) throw new Refused('The swarm is running and owns main. First: swarm stop.')
  const between = await mkdtemp(join(tmpdir(), 'swarm-init-'))
  try {
    const git = inBare(bare, host)
    const tip = await tipWhereNothingLanded(bare, branch, host)
    if (tip === null)
      throw new Refused('Something has landed, so main is moved by the merge queue alone now.')
    const ref = `refs/heads/${branch}`
    await borrow(between, { git: project.git, format: project.format, branch, host })
    await inProject(between, host)(['update-ref', ref, commit])
    const ours = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', between, ref]
    // The person's own history may have flaws that git's checks of today would refuse.
    await git(ours, { config: [BY_PATH, 'transfer.fsckObjects=false'] })
    await git(['update-ref', ref, commit, tip])
    await git(['update-ref', START, commit])
  } finally {
    await rm(between, { recursive: true, force: true })
    lock.release()
  }
}
