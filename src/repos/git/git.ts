/** Bare repository, by the git program. Every verb is one or two short child processes; none checks anything out. */
import type { Repo } from '../../ports/repo.ts'
import { Trouble } from '../../ports/trouble.ts'
import { bases, find, findEach, isIn, log, write } from './commits.ts'
import { pour, read } from './files.ts'
import { receive } from './receive.ts'
import { recover, unlock } from './recover.ts'
import { drop, refs } from './refs.ts'
import { type Git, type Host, inBare } from './run.ts'
import { serve } from './serve.ts'
import { tidy } from './tidy.ts'
import { changes, diff, digest, merge, mergeAround, mergeEach, overlay, paths } from './trees.ts'
import { LIMITS, type Limits } from './weigh.ts'

/** Bare repository to open, with its limits. */
export interface GitRepo extends Host {
  /** The folder of the bare repository, absolute. */
  path: string
  /** Short name of the branch that work lands on. */
  branch: string
  /** Maximum bytes of a bundle. */
  largestBundle?: number
  /** Maximum that one change may add; default: `LIMITS`. */
  limits?: Partial<Limits>
}

const LARGEST_BUNDLE = 512 * 1024 * 1024

/** Opens a bare repository as the `Repo` port. Its verbs throw Trouble when git fails. */
export function openGit({
  path,
  branch,
  largestBundle = LARGEST_BUNDLE,
  limits: more,
  ...host
}: GitRepo): Repo {
  const git = inBare(path, host)
  const main = `refs/heads/${branch}`
  const limits = { ...LIMITS, ...more }
  return {
    source: path,
    branch,
    tip: async () => (await find(git, main)) ?? noBranch(branch),
    find: (ref) => find(git, ref),
    findEach: (refs) => findEach(git, refs),
    history: ({ limit, before }) => {
      const page = ['--first-parent', ...(limit === undefined ? [] : [`--max-count=${limit}`])]
      return before === undefined ? log(git, page, main) : log(git, [...page, '--skip=1'], oid(before))
    },
    landed: (commit) => isIn(git, main, commit),
    receive: (bundle, ref, beside) => {
      const refs = { ref: ours(ref), beside: beside === undefined ? null : ours(beside) }
      return receive(git, { path, bundle, ...refs, main, limit: largestBundle, limits })
    },
    bases: (commit) => bases(git, main, oid(commit)),
    own: (commit, limit) =>
      log(git, ['--topo-order', '--reverse', `--max-count=${limit}`], `${main}..${oid(commit)}`),
    merge: (base, theirs) => merge(git, base, theirs),
    mergeAround: (base, theirs) => mergeAround(git, path, base, theirs),
    mergeEach: (pairs) => mergeEach(git, pairs),
    commit: (draft) => write(git, draft),
    keep: async (ref, commit) => {
      await git(['update-ref', ours(ref), oid(commit)])
    },
    refs: () => refs(git),
    drop: async (names) => drop(git, names.map(ours)),
    advance: async (from, to) => advance(git, main, oid(from), oid(to)),
    changes: (from, to) => changes(git, from, to),
    paths: (treeish) => paths(git, treeish),
    overlay: (tree, from, patterns) => overlay(git, { path, tree, from, patterns }),
    read: (treeish, file) => read(git, treeish, file),
    pour: (ids, see) => pour(git, ids, see),
    digest: (treeish, patterns) => digest(git, treeish, patterns),
    recover: () => recover(path),
    unlock: (patience) => unlock(path, patience),
    tidy: (tidying) => tidy(git, path, tidying),
    diff: (from, to, limit) => diff(git, from, to, limit),
    serve: (request) => serve({ path, host }, request),
  }
}

/**
 * Moves `main`. Git explains only in words why a ref did not move, so we read the ref: still at `from` means that git
 * failed.
 */
async function advance(git: Git, main: string, from: string, to: string): Promise<'moved' | 'stale'> {
  try {
    await git(['update-ref', main, to, from])
    return 'moved'
  } catch (failure) {
    const tip = await find(git, main)
    if (tip !== null && tip.commit !== from) return 'stale'
    throw failure
  }
}

function noBranch(branch: string): never {
  throw new Trouble('git', `The repository has no branch ${branch}. Run 'swarm init' again.`, {
    retryable: false,
  })
}

/** Guards against mistakes of ours: only refs of the swarm and full commit ids may stand here. */
function ours(ref: string): string {
  if (!ref.startsWith('refs/swarm/')) throw new Error(`${ref} is not a ref of the swarm's own`)
  return ref
}

function oid(commit: string): string {
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit)) throw new Error(`${commit} is not a commit id`)
  return commit
}
