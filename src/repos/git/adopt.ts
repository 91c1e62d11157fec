/** How a project becomes the swarm's: its committed branch is copied into a bare repository of the swarm's own. */
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Trouble } from '../../ports/trouble.ts'
import { isRefusal, type Refusal, refuse } from '../../ticket/commands.ts'
import { find, write } from './commits.ts'
import { excludes, lookAt, OWN_FOLDER, type Project, uncommitted } from './project.ts'
import { BY_PATH, type Host, inBare, inProject, LONG_MS } from './run.ts'

export interface Adoption extends Host {
  /** The person's folder. */
  project: string
  /** Where the bare repository is to be. */
  bare: string
  /** The branch of a folder that is no repository yet; `main` by default. A repository keeps its own. */
  branch?: string
  /** Where nothing is committed yet: commit all that is there, instead of nothing. */
  commitAll?: boolean
  /** Who makes that first commit: `Name <mail>`. */
  author?: string
  /** The person's own list of files to ignore. */
  ignore?: string
}

export interface Adopted {
  branch: string
  /** The tip that the swarm begins at. */
  commit: string
  /** What the person has not committed, and the swarm therefore does not have. */
  dirty: string[]
  /** False when the bare repository was there already: it is left as it is. */
  created: boolean
}

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

/** The repository of an earlier `adopt`. It is moved into place complete, so it is either whole or not there. */
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

/** The project as a repository with at least one commit. */
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

/** Made of objects, not by `git commit`: no hook runs, and with nothing to take the person's index stays as it is. */
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
