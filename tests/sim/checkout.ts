/**
 * A checkout in memory with its own little repository: what git does in it for life/, and what agents do in it that go
 * their own ways.
 */
import {
  type Disk,
  found,
  keepTree,
  line,
  mainOf,
  mergeBase,
  mergeTrees,
  same,
  type Tree,
  treeOf,
  write,
} from './repo.ts'

export interface Checkout {
  head: string
  /** The commit of `main` that was handed out last. */
  base: string
  files: Tree
  /** Commits that git in it knows beside its own. */
  brought: Set<string>
  merging: string | null
  conflicts: string[]
  /** Commits that hold work which is not in HEAD: stashes and other branches. */
  beside: string[]
}

export const newCheckout = (disk: Disk, commit: string): Checkout => ({
  head: commit,
  base: commit,
  files: new Map(treeOf(disk, commit)),
  brought: new Set(),
  merging: null,
  conflicts: [],
  beside: [],
})

/** Merges the other commit into the files, conflicts marked; squashed, HEAD knows nothing of it. True when it is clean. */
export function mergeIn(
  disk: Disk,
  site: Checkout,
  { other, squash }: { other: string; squash: boolean },
): boolean {
  const base = mergeBase(disk, site.head, other)!
  if (base.commit === other) return true
  const { tree, conflicts } = mergeTrees(treeOf(disk, base.tree), site.files, treeOf(disk, other))
  for (const path of conflicts) tree.set(path, { mode: '100644', text: MARKED })
  site.files = tree
  site.conflicts = conflicts
  if (!squash) site.merging = other
  return conflicts.length === 0
}

export const MARKED = '<<<<<<< ours\nthis\n=======\nthat\n>>>>>>> theirs\n'

/** Commits everything on HEAD, and on what was being merged. */
export function commitAll(disk: Disk, site: Checkout): void {
  site.head = commitOn(disk, site.files, parentsOf(site))
  site.merging = null
  site.conflicts = []
}

export const parentsOf = ({ head, merging }: Checkout): string[] =>
  merging === null ? [head] : [head, merging]

/** A commit object; nothing points at it. */
export const commitOn = (disk: Disk, files: Tree, parents: string[]): string =>
  write(disk, { tree: keepTree(disk, new Map(files)), parents, ...BY_AN_AGENT })

const BY_AN_AGENT = { message: 'work\n', author: 'agent <agent@swarm>', at: 0 }

/** What HEAD really builds on: the newest commit of `main` in its history. */
export const builtOn = (disk: Disk, { head }: Checkout): string => mergeBase(disk, mainOf(disk), head)!.commit

/** `reset --hard`. */
export function goTo(disk: Disk, site: Checkout, commit: string): void {
  Object.assign(site, { head: commit, merging: null, conflicts: [] })
  site.files = new Map(treeOf(disk, commit))
}

/** `checkout`: what is not committed comes along. Git refuses where that would overwrite something, or is in conflict. */
export function switchTo(disk: Disk, site: Checkout, commit: string): void {
  const [here, there] = [treeOf(disk, site.head), treeOf(disk, commit)]
  const changed = differing(here, site.files)
  if (site.conflicts.length > 0 || changed.some((path) => !same(here.get(path), there.get(path)))) return
  const carried = site.files
  goTo(disk, site, commit)
  for (const path of changed) set(site.files, path, carried.get(path))
}

/** `merge -s ours`: HEAD says that it has the other, and the files stay as they are. Not while they are in conflict. */
export function keepSide(disk: Disk, site: Checkout, other: string): void {
  if (site.conflicts.length > 0) return
  commitAll(disk, site)
  site.head = commitOn(disk, site.files, [site.head, other])
}

/** `reset --soft`: the files stay. Git refuses in the middle of a merge. */
export function goSoftlyTo(site: Checkout, commit: string): void {
  if (site.merging === null) site.head = commit
}

/** Commits everything, and puts that on another commit; called off when it conflicts there. */
export function rebase(disk: Disk, site: Checkout, onto: string): void {
  if (site.conflicts.length > 0) return
  commitAll(disk, site)
  const { tree, conflicts } = mergeTrees(
    treeOf(disk, builtOn(disk, site)),
    treeOf(disk, onto),
    treeOf(disk, site.head),
  )
  if (conflicts.length > 0) return
  site.head = commitOn(disk, tree, [onto])
  site.files = tree
}

/** `commit --amend` of whatever HEAD is, be it a commit of `main`. Not in the middle of a merge. */
export function amend(disk: Disk, site: Checkout): void {
  const { parents } = found(disk, site.head)!
  if (site.merging !== null || parents.length === 0) return
  site.head = commitOn(disk, site.files, parents)
  site.conflicts = []
}

/** Everything that HEAD does not have goes to a stash or another branch. Not in the middle of a merge. */
export function putBeside(disk: Disk, site: Checkout): void {
  if (site.merging !== null || site.conflicts.length > 0) return
  site.beside.push(commitOn(disk, site.files, [site.head]))
  goTo(disk, site, site.head)
}

/** The commit of `main` that is so many before what HEAD builds on, or the first. */
export function older(disk: Disk, site: Checkout, by: number): string {
  const before = [...line(disk, builtOn(disk, site))]
  return before[Math.min(by, before.length - 1)]!.commit
}

/** Paths that are not the same in both. */
export const differing = (one: Tree, other: Tree): string[] =>
  [...new Set([...one.keys(), ...other.keys()])].filter((path) => !same(one.get(path), other.get(path)))

function set(files: Tree, path: string, entry: ReturnType<Tree['get']>): void {
  if (entry) files.set(path, entry)
  else files.delete(path)
}
