/** What landed while an agent was at work, for an agent that says that it has brought it in and has not. */
import type { CommitInfo } from '../ports/repo.ts'
import type { World } from '../ports/world.ts'
import { authorOf, type Member } from './names.ts'

/**
 * The tree with what `main` has got since `base`, where HEAD says that it builds on that and its files do not: after a
 * soft reset to a newer `main`, or a merge that keeps one side. What the agent has resolved itself stays as it is.
 */
export async function withNewer(
  { repo }: World,
  member: Member,
  tree: string,
  { base, built }: { base: CommitInfo; built: CommitInfo[] },
): Promise<string> {
  const [newest] = built
  if (built.length !== 1 || newest === undefined || newest.tree === base.tree) return tree
  const forward = await repo.merge(base.commit, newest.commit)
  if ('conflicts' in forward || forward.tree !== newest.tree) return tree
  const draft = { tree, parents: [base.commit], message: 'work', author: authorOf(member), at: base.at }
  const merge = await repo.merge(newest.commit, await repo.commit(draft))
  return 'conflicts' in merge ? tree : merge.tree
}
