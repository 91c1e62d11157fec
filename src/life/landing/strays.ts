/** Strays of a landing: changes against the `main` before it that its attempt did not make against its own base. */

import type { Landing } from '../../ports/attempts.ts'
import { shown } from '../../ports/path-bytes.ts'
import type { CommitInfo, Repo } from '../../ports/repo.ts'
import { rawRef } from '../names.ts'
import { builtOn } from './built-on.ts'

/**
 * Lists the paths, as people are shown them, that `tree`, on the commit `before` of `main`, changes beyond the
 * attempt's own changes. The three-way merge of `before` with the work just as it came out of the sandbox decides,
 * whatever was made of that work since. Null when the work is no longer there.
 */
export async function strays(
  repo: Pick<Repo, 'find' | 'own' | 'bases' | 'merge' | 'mergeAround' | 'changes' | 'commit'>,
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

/**
 * Work just as it came out of the sandbox, on the base of its files: a work that was put on less of `main` lands no
 * less of it. After a restore an attempt's number may have come back, and its raw work be another's.
 */
async function madeBy(
  repo: Parameters<typeof strays>[0],
  { ticket, attempt, work }: Pick<Landing, 'ticket' | 'attempt' | 'work'>,
): Promise<CommitInfo | null> {
  const [raw, squashed] = await Promise.all([repo.find(rawRef(ticket, attempt)), repo.find(work)])
  if (raw === null || squashed === null || raw.tree !== squashed.tree) return squashed
  if (raw.parents.every((parent) => squashed.parents.includes(parent))) return squashed
  const put = (await Promise.all(squashed.parents.map((parent) => repo.find(parent)))).flatMap(
    (each) => each ?? [],
  )
  const setup = (await builtOn(repo, raw, null, put))?.map(({ commit }) => commit)
  if (setup === undefined) return squashed
  const on = async (parents: string[]) => {
    const { tree, subject, author, at } = squashed
    return (await repo.find(await repo.commit({ tree, parents, message: subject, author, at })))!
  }
  const both = await repo.bases((await on([...setup, ...squashed.parents])).commit)
  return both.every(({ commit }) => setup.includes(commit)) ? squashed : on(setup)
}
