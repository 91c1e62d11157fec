/** Survey of a folder before anything in it is changed. Reads only. */
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { bytesOf } from '../../ports/path-bytes.ts'
import { fold } from '../../ports/paths.ts'
import { pathsOf } from '../../repos/git/fields.ts'
import { lookAt, type Project, uncommitted } from '../../repos/git/project.ts'
import { type Git, inProject } from '../../repos/git/run.ts'
import { isRefusal } from '../../ticket/commands.ts'
import { Refused } from '../../ticket/refused.ts'
import { excludesOf, type Person } from '../project/person.ts'
import { defaultBranch } from './branch.ts'
import type { Files } from './stack.ts'

/** Facts about a folder. */
export interface Survey {
  root: string
  /** True when the folder exists. */
  exists: boolean
  /** Repository; null when there is none yet. */
  project: Project | null
  /** Branch that work will land on. */
  branch: string
  /** Tip of the branch; null before the first commit. */
  commit: string | null
  subject: string | null
  /** True when the branch is checked out. */
  isCheckedOut: boolean
  /** Files that agents would see: those of the commit, or everything that a first commit would take. */
  files: Files
  /** Paths that a first commit would leave out, though git does not ignore them. */
  leftOut: string[]
  /** Changed or new paths that are not committed, and therefore not taken. */
  dirty: string[]
}

/** Surveys a folder. Throws Refused for one that cannot become a project, such as a shallow clone. */
export async function survey(folder: string, person: Person): Promise<Survey> {
  const root = await whole(resolve(folder))
  const exists = existsSync(root)
  const looked = exists ? await lookAt(root, person.host) : await outsideOfAny(root, person)
  if (looked !== null && isRefusal(looked)) throw new Refused(looked.sentence)
  if (looked?.shallow)
    throw new Refused('The project is a shallow clone. Fetch its history first: git fetch --unshallow.')
  if (looked === null) return withoutRepository(root, exists, person)
  const { branch, commit } = await defaultBranch(looked, person)
  return commit === null ? withoutCommit(looked, branch, person) : withCommit(looked, branch, commit)
}

/** Requires that a new folder does not lie inside somebody's repository. */
async function outsideOfAny(root: string, person: Person): Promise<null> {
  let above = dirname(root)
  while (!existsSync(above)) above = dirname(above)
  if ((await lookAt(above, person.host)) === null) return null
  throw new Refused(`${root} would be a folder inside another repository. Choose a place outside of it.`)
}

/** Real path of a folder that may not exist yet. */
async function whole(path: string): Promise<string> {
  const real = await realpath(path).catch(() => null)
  return real ?? (path === dirname(path) ? path : join(await whole(dirname(path)), basename(path)))
}

async function withoutRepository(root: string, exists: boolean, person: Person): Promise<Survey> {
  const seen = exists ? await looseFiles(root, person) : { taken: [], leftOut: [] }
  return {
    root,
    exists,
    project: null,
    branch: person.defaultBranch ?? 'main',
    commit: null,
    subject: null,
    isCheckedOut: true,
    files: onDisk(root, seen.taken),
    leftOut: seen.leftOut,
    dirty: [],
  }
}

async function withoutCommit(project: Project, branch: string, person: Person): Promise<Survey> {
  const seen = await filesAt(project.git, [], person)
  return {
    root: project.folder,
    exists: true,
    project,
    branch,
    commit: null,
    subject: null,
    isCheckedOut: true,
    files: onDisk(project.folder, seen.taken),
    leftOut: seen.leftOut,
    dirty: [],
  }
}

async function withCommit(project: Project, branch: string, commit: string): Promise<Survey> {
  const { git, folder } = project
  const listed = await git(['ls-tree', '-r', '-z', '--name-only', commit])
  const subject = (await git(['show', '--no-patch', '--format=%s', commit])).stdout.toString().trim()
  const contents = new Map<string, string | null>()
  for (const path of WANTED) {
    const { exit, stdout } = await git(['cat-file', 'blob', `${commit}:${path}`], { exits: [0, 128] })
    contents.set(path, exit === 0 ? stdout.toString() : null)
  }
  return {
    root: folder,
    exists: true,
    project,
    branch,
    commit,
    subject,
    isCheckedOut: project.branch === branch,
    files: { paths: pathsOf(listed.stdout), read: (path) => contents.get(path) ?? null },
    leftOut: [],
    dirty: await uncommitted(project, { untracked: 'listed' }),
  }
}

/** Our own two files, and files whose content reveals the stack. */
const WANTED = [
  'verify.sh',
  'PROJECT.md',
  'package.json',
  '.yarnrc.yml',
  'pyproject.toml',
  'Makefile',
  'makefile',
  'GNUmakefile',
]

/** Lists a folder without git by a repository elsewhere, so that nothing is written into it. */
async function looseFiles(root: string, person: Person) {
  const elsewhere = await mkdtemp(join(tmpdir(), 'swarm-init-'))
  try {
    const git = inProject(root, person.host)
    await inProject(elsewhere, person.host)(['init', '--quiet', '--template='])
    return await filesAt(git, [`--git-dir=${join(elsewhere, '.git')}`, `--work-tree=${root}`], person)
  } finally {
    await rm(elsewhere, { recursive: true, force: true })
  }
}

async function filesAt(git: Git, where: string[], person: Person) {
  const options = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const { stdout } = await git([...where, ...options], { config: excludesOf(person) })
  const all = [...new Set(pathsOf(stdout))].filter((path) => !fold(path).startsWith(OWN))
  return { taken: all.filter((path) => !isLeftOut(path)), leftOut: all.filter(isLeftOut) }
}

const OWN = fold('.swarm')

/**
 * True for what never belongs into a repository: installed packages, secrets, other repositories (with a slash at the
 * end).
 */
const isLeftOut = (path: string) =>
  path.endsWith('/') ||
  /(^|\/)(node_modules|\.venv|venv|__pycache__|\.DS_Store)(\/|$)/.test(path) ||
  /(^|\/)(\.env(\.(?!example$|sample$|template$)[^/]*)?|[^/]*\.(pem|key|p12|pfx)|id_(rsa|ed25519|ecdsa|dsa))$/.test(
    path,
  )

const onDisk = (root: string, paths: string[]): Files => ({
  paths,
  read: (path) => (paths.includes(path) ? readFileSync(bytesOf(join(root, path)), 'utf8') : null),
})
