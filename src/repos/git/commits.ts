/** Commits, read and written as objects. */
import type { CommitDraft, CommitInfo } from '../../ports/repo.ts'
import type { Git } from './run.ts'

const FIELDS = ['%H', '%T', '%P', '%s', '%ct', '%an <%ae>', '%(trailers:only,unfold)']

/** Lists commits of `range`, newest first, as `git log` finds them. */
export async function log(git: Git, options: string[], range: string): Promise<CommitInfo[]> {
  const { stdout } = await git([...LOG, ...options, '--end-of-options', range, '--'])
  return commitsOf(stdout)
}

const LOG = ['log', '-z', `--format=${FIELDS.join('%x00')}`, '--no-show-signature', '--no-mailmap']

function commitsOf(stdout: Buffer): CommitInfo[] {
  const fields = stdout.toString().split('\0')
  const commits: CommitInfo[] = []
  for (let at = 0; at + FIELDS.length <= fields.length; at += FIELDS.length)
    commits.push(commitOf(fields.slice(at, at + FIELDS.length)))
  return commits
}

function commitOf([commit, tree, parents, subject, at, author, trailers]: string[]): CommitInfo {
  return {
    commit: commit!,
    tree: tree!,
    parents: parents === '' ? [] : parents!.split(' '),
    subject: subject!,
    at: Number(at),
    author: author!,
    trailers: Object.fromEntries(trailers!.split('\n').flatMap(trailerOf)),
  }
}

function trailerOf(line: string): [string, string][] {
  const at = line.indexOf(':')
  return at < 1 ? [] : [[line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]]
}

/**
 * Finds a commit; null only when git itself says that it does not exist. Throws Trouble for an unreadable repository.
 */
export async function find(git: Git, ref: string): Promise<CommitInfo | null> {
  try {
    return (await log(git, ['--max-count=1'], ref))[0] ?? null
  } catch (failure) {
    if (await isMissing(git, ref)) return null
    throw failure
  }
}

/** Finds many commits with two child processes. Null for what is not a commit here, or not a name. */
export async function findEach(git: Git, refs: string[]): Promise<(CommitInfo | null)[]> {
  if (refs.length === 0) return []
  const asked = refs.map((ref) => `${/[\0\n]/.test(ref) ? '' : ref}^{commit}\n`).join('')
  const named = await git(['cat-file', '--batch-check=%(objectname)'], { input: asked })
  const ids = named.stdout.toString().split('\n').slice(0, refs.length)
  const there = new Set(ids.filter((id) => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id)))
  if (there.size === 0) return refs.map(() => null)
  const input = [...there, ''].join('\n')
  const found = commitsOf((await git([...LOG, '--no-walk=unsorted', '--stdin'], { input })).stdout)
  const byId = new Map(found.map((commit) => [commit.commit, commit]))
  return ids.map((id) => byId.get(id) ?? null)
}

async function isMissing(git: Git, ref: string): Promise<boolean> {
  if (/[\0\n]/.test(ref)) return true
  const { stdout } = await git(['cat-file', '--batch-check'], { input: `${ref}^{commit}\n` })
  return stdout.toString().endsWith(' missing\n')
}

/** True when the commit is on the first-parent line of `main`; walks back no further than the commit itself. */
export async function isIn(git: Git, main: string, commit: string): Promise<boolean> {
  try {
    const { stdout } = await git(['rev-list', '--first-parent', main, '--not', `${commit}^@`, '--'])
    return stdout.toString().split('\n').includes(commit)
  } catch (failure) {
    // "Never heard of it" counts only from a repository that knows its own branch.
    if ((await isMissing(git, commit)) && !(await isMissing(git, main))) return false
    throw failure
  }
}

/** Finds the best common ancestors of `main` and the commit. */
export async function bases(git: Git, main: string, commit: string): Promise<CommitInfo[]> {
  const { stdout } = await git(['merge-base', '--all', '--end-of-options', main, commit], { exits: [0, 1] })
  const ids = stdout.toString().split('\n').filter(Boolean)
  return ids.length === 0 ? [] : log(git, ['--no-walk', ...ids.slice(1)], ids[0] as string)
}

/** Writes a commit object and gives its id. Moves no ref. */
export async function write(git: Git, { tree, parents, message, author, at }: CommitDraft): Promise<string> {
  const [, name, mail] = /^(.*?)\s*<([^<>]*)>$/s.exec(author) ?? [null, author, '']
  const { stdout } = await git(
    ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'],
    {
      input: message,
      env: {
        GIT_AUTHOR_NAME: name || 'swarm',
        GIT_AUTHOR_EMAIL: mail!,
        GIT_AUTHOR_DATE: `@${at} +0000`,
        GIT_COMMITTER_NAME: name || 'swarm',
        GIT_COMMITTER_EMAIL: mail!,
        GIT_COMMITTER_DATE: `@${at} +0000`,
      },
    },
  )
  return stdout.toString().trim()
}
