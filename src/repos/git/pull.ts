/** Pull of landed work into the person's working copy: forward only, and only when nothing of theirs is lost. */
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesOf, shown } from '../../ports/path-bytes.ts'
import { fold, isOwn } from '../../ports/paths.ts'
import type { Change, CommitInfo } from '../../ports/repo.ts'
import { isRefusal, type Refusal } from '../../ticket/commands.ts'
import { find, log } from './commits.ts'
import { pathsOf } from './fields.ts'
import { lookAt, OWN_FOLDER, type Project, uncommitted } from './project.ts'
import { BY_PATH, type Git, type Host, inBare, LONG_MS } from './run.ts'
import { changes } from './trees.ts'

/** Working copy to bring forward, and the bare repository to pull from. */
export interface PullRequest extends Host {
  project: string
  bare: string
  branch: string
  /** True: only report what would come, and write nothing. */
  dryRun?: boolean
}

/** Commits and changes that a pull brings. */
export interface Pulled {
  from: string
  to: string
  /** Commits that landed, newest first; empty when there is nothing new. */
  commits: CommitInfo[]
  changes: Change[]
}

/** Refusal of a pull, with its class; `paths` are the files in the way. */
export interface PullRefusal extends Refusal {
  why: 'dirty' | 'overwrites' | 'diverged' | 'other branch' | 'swarm files' | 'no project'
  paths: string[]
}

/**
 * Brings the working copy forward to the bare repository's branch. Refuses when the person's files or commits are in
 * the way.
 */
export async function pull(request: PullRequest): Promise<Pulled | PullRefusal> {
  const project = await onBranch(request)
  if (isRefusal(project)) return project
  const git = inBare(request.bare, request)
  const brings = await look(git, project, request.branch)
  if (isRefusal(brings) || brings.commits.length === 0) return brings
  const obstacle = await inTheWay(git, project, brings)
  if (obstacle) return obstacle
  if (!request.dryRun) await forward(project, brings.to, request)
  return brings
}

async function onBranch(request: PullRequest): Promise<Project | PullRefusal> {
  const { branch } = request
  const project = await lookAt(request.project, request)
  if (project === null)
    return no('no project', `${request.project} is no git repository. Run 'swarm init' there first.`)
  if (isRefusal(project)) return { ...project, why: 'no project', paths: [] }
  if (project.branch === branch && project.commit !== null) return project
  const now = project.branch === null ? 'No branch' : `Branch ${project.branch}`
  return no(
    'other branch',
    `${now} is checked out, and work lands on ${branch}. First: git switch ${branch}.`,
  )
}

/** Compares by the bare repository alone: the person's copy only tells its HEAD. */
async function look(git: Git, project: Project, branch: string): Promise<Pulled | PullRefusal> {
  const from = project.commit!
  const to = (await git(['rev-parse', '--verify', `refs/heads/${branch}`])).stdout.toString().trim()
  const nothing = { from, to: from, commits: [], changes: [] }
  if (from === to) return nothing
  if (await isAncestor(git, from, to)) {
    const [commits, differs] = await Promise.all([
      log(git, ['--first-parent'], `${from}..${to}`),
      changes(git, from, to),
    ])
    return { from, to, commits, changes: differs }
  }
  if (await isAncestor(project.git, to, from)) return nothing
  return no(
    'diverged',
    `Your ${branch} and the swarm's have both moved on. Put your commits on another branch, ` +
      `set ${branch} back to where they meet, and pull again.`,
  )
}

async function isAncestor(git: Git, old: string, young: string): Promise<boolean> {
  if ((await find(git, old)) === null || (await find(git, young)) === null) return false
  const { exit } = await git(['merge-base', '--is-ancestor', old, young], { exits: [0, 1] })
  return exit === 0
}

async function inTheWay(git: Git, project: Project, brings: Pulled): Promise<PullRefusal | null> {
  const range = `${brings.from}..${brings.to}`
  const own = await git(['rev-list', '--full-history', '-1', range, '--', `:(icase)${OWN_FOLDER}`])
  const touching = own.stdout.toString().slice(0, 10)
  // Git's own ignoring of case knows ASCII only.
  if (touching !== '' || brings.changes.some(({ path }) => isOwn(path)))
    return no(
      'swarm files',
      `Commit ${touching || brings.to.slice(0, 10)} changes ${OWN_FOLDER}/, which is the swarm's own. Nothing was pulled.`,
      [OWN_FOLDER],
    )
  const modified = await uncommitted(project, { untracked: 'left out' })
  if (modified.length > 0)
    return no('dirty', `${named(modified)} not committed. Commit or stash first: git stash.`, modified)
  const overwritten = await untrackedInTheWay(project, brings.changes)
  if (overwritten.length > 0)
    return no(
      'overwrites',
      `${named(overwritten)} not in git and would be overwritten. Move or commit first.`,
      overwritten,
    )
  return null
}

const named = (paths: string[]) =>
  paths.length === 1 ? `${shown(paths[0]!)} is` : `${shown(paths[0]!)} and ${paths.length - 1} more are`

/**
 * Paths on the disk where the pull would put a new file, or a folder for one. Git itself would silently overwrite an
 * ignored file, such as `.env`. Names that the pull removes, in whatever case, are not in the way.
 */
async function untrackedInTheWay({ git, folder }: Project, brings: Change[]): Promise<string[]> {
  const gone = new Set(
    brings.flatMap(({ kind, path, from }) => (kind === 'deleted' ? [fold(path)] : from ? [fold(from)] : [])),
  )
  const found = new Set<string>()
  for (const { kind, path } of brings) {
    if (kind !== 'added' && kind !== 'renamed') continue
    for (const place of [...parents(path), path]) {
      const there = await lstat(bytesOf(join(folder, place))).catch(() => null)
      if (there === null) break
      if (gone.has(fold(place))) continue
      if (!there.isDirectory()) found.add(place)
      else if (place === path) for (const inside of await untrackedIn(git, place)) found.add(inside)
    }
  }
  return [...found]
}

/**
 * Lists untracked files in a folder. A program's argument is UTF-8: for a folder that is not, its nearest ancestor that
 * is gets searched.
 */
async function untrackedIn(git: Git, folder: string): Promise<string[]> {
  const asked = [folder, ...parents(folder).reverse()].find((each) => bytesOf(each).toString() === each) ?? ''
  const { stdout } = await git(['ls-files', '-z', '--others', '--', `:(literal)${asked}`])
  return pathsOf(stdout).filter((path) => path.startsWith(`${folder}/`))
}

const parents = (path: string) =>
  path
    .split('/')
    .map((_, at, names) => names.slice(0, at).join('/'))
    .slice(1)

/**
 * Moves the branch with hooks off, and without stash, merge or stat: all files are put in place, or nothing happens.
 */
async function forward({ git }: Project, to: string, { bare, branch }: PullRequest): Promise<void> {
  await git(['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', bare, `refs/heads/${branch}`], {
    config: [BY_PATH],
    timeoutMs: LONG_MS,
  })
  await git(['merge', '--ff-only', '--quiet', '--no-stat', '--no-overwrite-ignore', to], {
    config: ['merge.autoStash=false', 'merge.verifySignatures=false'],
  })
}

const no = (why: PullRefusal['why'], sentence: string, paths: string[] = []): PullRefusal => ({
  refused: 'conflict',
  why,
  sentence,
  paths,
})
