/** Changes that a merge has really brought in: an agent may make one that leaves out what the other side changed. */
import type { CommitInfo, Repo } from '../../ports/repo.ts'

type Merges = Pick<Repo, 'merge' | 'mergeAround' | 'changes' | 'commit'>

/**
 * Finds the parents of a merge whose changes its files have in full; `own` are what is not on `main`. Where none is, an
 * agent's own work is its own to leave out, and what others have landed is not.
 */
export async function broughtIn(repo: Merges, made: CommitInfo, own: ReadonlySet<string>): Promise<string[]> {
  const { parents, tree } = made
  if ((await repo.changes(await joined(repo, parents), tree)).length === 0) return parents
  const had: string[] = []
  for (const parent of parents) {
    const others = parents.filter((each) => each !== parent)
    if (await hasAll(repo, tree, parent, await joined(repo, others))) had.push(parent)
  }
  return had.length > 0 ? had : [parents.find((each) => own.has(each)) ?? parents[0]!]
}

/**
 * Tells whether `tree`, made of both, has what `parent` changed, but for what is in conflict: that is for the agent to
 * say. The others with just that brought in, merged with the tree, are the tree again: else some of it is as it was
 * before, or something else is in its place.
 */
async function hasAll(repo: Merges, tree: string, parent: string, others: string): Promise<boolean> {
  const around = await repo.mergeAround(others, parent)
  const [wanted, is] = [
    await repo.commit(draft(around.tree, [others])),
    await repo.commit(draft(tree, [others])),
  ]
  const merge = await repo.merge(wanted, is)
  const open = new Set('conflicts' in around ? around.conflicts : [])
  const lost = await repo.changes(merge.tree, tree)
  const paths = lost.flatMap(({ path, from }) => (from === null ? [path] : [from, path]))
  return [...paths, ...('conflicts' in merge ? merge.conflicts : [])].every((path) => open.has(path))
}

/** Merges commits, one after the other, as git does, and gives the commit. */
async function joined(repo: Merges, [first, ...others]: string[]): Promise<string> {
  let commit = first!
  for (const other of others) {
    const { tree } = await repo.merge(commit, other)
    commit = await repo.commit(draft(tree, [commit, other]))
  }
  return commit
}

/** A commit that nobody sees, the same for the same files on the same parents. */
export const draft = (tree: string, parents: string[]) => ({
  tree,
  parents,
  message: 'ground\n',
  author: 'swarm <swarm@localhost>',
  at: 0,
})
