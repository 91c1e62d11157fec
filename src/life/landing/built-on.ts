/** Commits of `main` that the work of an attempt really has, whatever the parents of its commits say. */
import type { CommitInfo, Repo } from '../../ports/repo.ts'
import { broughtIn, draft } from './brought-in.ts'

type Graph = Pick<Repo, 'own' | 'bases' | 'merge' | 'mergeAround' | 'changes' | 'commit'>

/** Maximum commits of one attempt, and parents of its merges, to look at: each merge costs several processes of git. */
export const MOST_COMMITS = 5000
export const MOST_MERGED = 300

/**
 * Finds the newest commits of `main` that the files of `head` build on; empty when it builds on nothing of it. Two
 * kinds of commits claim more than they have. A merge that keeps one side where git would bring in the other counts as
 * that side alone: nobody has changed what a merge leaves out. Work that begins on a newer `main` than `base`, the
 * commit that was handed out (null to believe it), may be older files after a soft reset, and counts as begun there. To
 * build on less takes nothing off `main`: what the files do have of it merges cleanly, and the rest is a conflict for
 * the agent. Commits that they have in full count nevertheless: of those that HEAD claims, of `base` and of `more`.
 * Null for a history that is too long to look at.
 */
export async function builtOn(
  repo: Graph,
  head: CommitInfo,
  base: CommitInfo | null,
  more: CommitInfo[] = [],
): Promise<CommitInfo[] | null> {
  const counts = new Map<string, string>()
  const own = new Set<string>()
  const commits = await repo.own(head.commit, MOST_COMMITS + 1)
  const merged = commits.reduce((sum, { parents }) => sum + (parents.length > 1 ? parents.length : 0), 0)
  if (commits.length > MOST_COMMITS || merged > MOST_MERGED) return null
  const newer = new Map<string, boolean>()
  for (const each of commits) {
    const parents = [...new Set(each.parents.map((parent) => counts.get(parent) ?? parent))]
    const had = await hadOf(repo, { ...each, parents }, { base, own, newer })
    const isSo = had.length === each.parents.length && had.every((parent, at) => parent === each.parents[at])
    const as = isSo ? each.commit : await repo.commit(draft(each.tree, had))
    counts.set(each.commit, as)
    own.add(as)
  }
  const bases = await repo.bases(counts.get(head.commit) ?? head.commit)
  const says = await repo.bases(head.commit)
  return raised(repo, head, bases, [...says, ...(base === null ? [] : [base]), ...more])
}

/**
 * Bases of the work, with those newer commits that the files contain nevertheless: put onto them the work is exactly
 * what it is. To build on less would count others' changes there as the attempt's own.
 */
async function raised(
  repo: Graph,
  { tree }: CommitInfo,
  bases: CommitInfo[],
  others: CommitInfo[],
): Promise<CommitInfo[]> {
  const own = bases.map(({ commit }) => commit)
  const isThere = (other: CommitInfo) => own.includes(other.commit)
  if (own.length === 0 || others.every(isThere)) return bases
  const work = await repo.commit(draft(tree, own))
  const had: string[] = []
  for (const each of others.filter((other) => !isThere(other))) {
    const merge = await repo.merge(each.commit, work)
    if (!('conflicts' in merge) && merge.tree === tree) had.push(each.commit)
  }
  return had.length === 0 ? bases : repo.bases(await repo.commit(draft(tree, [...own, ...had])))
}

interface Known {
  base: CommitInfo | null
  /** Commits that count in place of the earlier ones of the work, which are not on `main`. */
  own: Set<string>
  /** Result for commits of `main`: whether they build on the base; each is computed once. */
  newer: Map<string, boolean>
}

/** Parents of a commit whose changes its files have. */
async function hadOf(repo: Graph, each: CommitInfo, { base, own, newer }: Known): Promise<string[]> {
  const [first, ...others] = each.parents
  if (first === undefined) return []
  if (others.length > 0) return broughtIn(repo, each, own)
  if (base === null || own.has(first) || first === base.commit) return [first]
  const isOn = newer.get(first) ?? (await isNewer(repo, first, base))
  newer.set(first, isOn)
  return isOn ? [base.commit] : [first]
}

/** True when a commit of `main` builds on the other one. */
async function isNewer(repo: Graph, commit: string, old: CommitInfo): Promise<boolean> {
  const [newest, ...more] = await repo.bases(await repo.commit(draft(old.tree, [old.commit, commit])))
  return more.length === 0 && newest?.commit === commit
}
