/** Adoption of a project: its committed branch is copied into a bare repository of the swarm's own. */
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Trouble } from '../../ports/trouble.ts'
import { isRefusal, type Refusal, refuse } from '../../ticket/commands.ts'
import { find, write } from './commits.ts'
import { excludes, lookAt, OWN_FOLDER, type Project, uncommitted } from './project.ts'
import { BY_PATH, type Host, inBare, inProject, LONG_MS } from './run.ts'

/** Project to adopt, and what to do where it has no repository or commit yet. */
export interface Adoption extends Host {
  /** The person's folder. */
  project: string
  /** Folder that the bare repository gets. */
  bare: string
  /** Branch of a folder that is not a repository yet; default: `main`. An existing repository keeps its own. */
  branch?: string
  /** True: commit all files when nothing is committed yet. False: make an empty first commit. */
  commitAll?: boolean
  /** Author of that first commit: `Name <mail>`. */
  author?: string
  /** File with the person's own ignore patterns. */
  ignore?: string
}

/** Result of an adoption. */
export interface Adopted {
  branch: string
  /** Tip that the swarm begins at. */
  commit: string
  /** Paths that the person has not committed; the swarm does not have them. */
  dirty: string[]
  /** False when the bare repository existed already; it is left unchanged. */
  created: boolean
}

/** Adopts a project. Refuses a detached HEAD, a shallow clone, and a folder that cannot be read. */
export async function adopt(adoption: Adoption): Promise<Adopted | Refusal> {
  const there = await existing(adoption)
  const project = await prepared(adoption)
  if (isRefusal(project)) return project
  if (project.branch === null)
    return refuse(
      'conflict',
      'The project has no branch checked out (HEAD is detached). Check one out first: git switch main.',
    )
  if (project.shallow)
    return refuse(
      'conflict',
      'The project is a shallow clone. Fetch its history first: git fetch --unshallow.',
    )
  const begun = there ?? (await begin(adoption, project))
  const dirty = await uncommitted(project, { untracked: 'listed', ignore: adoption.ignore })
  return { ...begun, dirty, created: there === null }
}

/** Finds the repository of an earlier `adopt`. It is moved into place complete, so it is either whole or absent. */
async function existing({ bare, ...host }: Adoption): Promise<{ branch: string; commit: string } | null> {
  const found = await stat(bare).catch(() => null)
  if (found === null) return null
  const git = inBare(bare, host)
  const head = (await git(['symbolic-ref', 'HEAD'])).stdout.toString().trim()
  const tip = await find(git, head)
  if (tip === null)
    throw new Trouble(
      'git',
      `${bare} is there but has no commit on its branch. Move it away and try again.`,
      {
        retryable: false,
      },
    )
  return { branch: head.replace('refs/heads/', ''), commit: tip.commit }
}

/** Opens the project as a repository with at least one commit. */
async function prepared(adoption: Adoption): Promise<Project | Refusal> {
  const found = await lookAt(adoption.project, adoption)
  if (found !== null && isRefusal(found)) return found
  if (found === null) {
    const init = ['init', '--quiet', '--template=', `--initial-branch=${adoption.branch ?? 'main'}`]
    await inProject(adoption.project, adoption)(init)
    return prepared(adoption)
  }
  if (found.commit === null && found.branch !== null) {
    await firstCommit(found, adoption)
    return prepared(adoption)
  }
  return found
}

/**
 * Makes the commit from objects, not by `git commit`: no hook runs, and an empty commit leaves the person's index
 * alone.
 */
async function firstCommit(project: Project, { commitAll, author, ignore }: Adoption): Promise<void> {
  const { git } = project
  if (commitAll)
    await git(['add', '--all', '--', '.', `:(exclude,top)${OWN_FOLDER}`], { config: excludes(ignore) })
  const tree = (await git(commitAll ? ['write-tree'] : ['mktree'])).stdout.toString().trim()
  const commit = await write(git, {
    tree,
    parents: [],
    message: 'Begin\n',
    author: author ?? 'swarm <swarm@localhost>',
    at: Math.floor(Date.now() / 1000),
  })
  await git(['update-ref', `refs/heads/${project.branch}`, commit, '0'.repeat(commit.length)])
}

async function begin(
  { bare, ...host }: Adoption,
  { branch, folder, format }: Project,
): Promise<{ branch: string; commit: string }> {
  await mkdir(dirname(bare), { recursive: true })
  const half = await mkdtemp(join(dirname(bare), `.${basename(bare)}-`))
  try {
    const git = inBare(half, host)
    const ref = `refs/heads/${branch}`
    await git([
      'init',
      '--bare',
      '--quiet',
      '--template=',
      `--initial-branch=${branch}`,
      `--object-format=${format}`,
    ])
    // Work enters by the merge queue alone: a push is refused, whoever makes it.
    await git(['config', 'receive.hideRefs', 'refs/'])
    await git(['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', folder, `+${ref}:${ref}`], {
      // The person's own history may have flaws that git's checks of today would refuse.
      config: [BY_PATH, 'transfer.fsckObjects=false'],
      timeoutMs: LONG_MS,
    })
    const tip = await find(git, ref)
    await rename(half, bare)
    return { branch: branch!, commit: tip!.commit }
  } finally {
    await rm(half, { recursive: true, force: true })
  }
}
