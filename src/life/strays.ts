/** What a landing may change: against the `main` before it, only what its attempt changed against what it built on. */
import { shown } from '../ports/path-bytes.ts'
import type { CommitInfo, Repo } from '../ports/repo.ts'
import type { Landing } from '../ports/store.ts'
import { rawRef } from './names.ts'

/**
 * Paths, as people are shown them, that `tree`, on the commit `before` of `main`, changes beyond what the attempt did.
 * The three-way merge of `before` with the work just as it came out of the sandbox decides, whatever was made of that
 * work since. Null when the work is no longer there.
 */
export async function strays(
  repo: Pick<Repo, 'find' | 'merge' | 'changes'>,
  landing: Pick<Landing, 'ticket' | 'attempt' | 'work'>,
  { before, tree }: { before: string; tree: string },
): Promise<string[] | null> {
  const made = await madeBy(repo, landing)
  if (made === null) return null
  const merge = await repo.merge(before, made.commit)
  if ('conflicts' in merge) return merge.conflicts.map(shown)
  if (merge.tree === tree) return []
  const changes = await repo.changes(merge.tree, tree)
  return changes.flatMap(({ path, from }) => (from === null ? [path] : [from, path])).map(shown)
}

/** After a restore an attempt's number may have come back, and its raw work be another's. */
async function madeBy(
  { find }: Pick<Repo, 'find'>,
  { ticket, attempt, work }: Pick<Landing, 'ticket' | 'attempt' | 'work'>,
): Promise<CommitInfo | null> {
  const [raw, squashed] = await Promise.all([find(rawRef(ticket, attempt)), find(work)])
  return raw !== null && raw.tree === squashed?.tree ? raw : squashed
}
