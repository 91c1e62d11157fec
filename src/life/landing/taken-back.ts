/** Earlier landings that a change reverts: right where a ticket asks for it, and otherwise the loss of others' work. */
import { shown } from '../../ports/path-bytes.ts'
import type { Change, CommitInfo, Repo } from '../../ports/repo.ts'

type Past = Pick<Repo, 'history' | 'changes'>

/** Number of landings to look at: a change that goes back further was meant to. */
const RECENT = 50
/** Maximum paths that a line names. */
const MOST = 5

/**
 * Describes each of the newest landings up to `on`, a commit of `main`, that `changes` revert: files that are exactly
 * as before it. A mere deletion counts when nothing of its landing stays, since most deletions are tidying up.
 */
export async function takenBack(repo: Past, on: CommitInfo, changes: Change[]): Promise<string[]> {
  const now = new Map(changes.flatMap((each) => (each.from === null ? [[each.path, each] as const] : [])))
  const lines: string[] = []
  for (const landed of [on, ...(await repo.history({ limit: RECENT - 1, before: on.commit }))]) {
    if (now.size === 0 || landed.parents[0] === undefined) break
    const brought = await broughtBy(repo, landed.parents[0], landed.commit)
    const back = brought.filter((was) => isBack(was, now.get(was.path)))
    const isWhole = back.length === brought.length
    const paths = back.flatMap(({ path, kind }) => (kind === 'added' && !isWhole ? [] : [path]))
    for (const path of paths) now.delete(path)
    if (paths.length > 0) lines.push(`${listed(paths)}: as before ${landed.subject}`)
  }
  return lines
}

const isBack = (was: Change, now: Change | undefined): boolean =>
  now !== undefined && was.from === null && was.oldMode === now.newMode && was.oldId === now.newId

function listed(paths: string[]): string {
  const more = paths.length - MOST
  return paths.slice(0, MOST).map(shown).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** Changes by commit: a commit never changes, so each is examined once. */
const memories = new WeakMap<Past, Map<string, Change[]>>()

async function broughtBy(repo: Past, before: string, commit: string): Promise<Change[]> {
  const memory = memories.get(repo) ?? new Map<string, Change[]>()
  memories.set(repo, memory)
  const known = memory.get(commit) ?? (await repo.changes(before, commit))
  memory.set(commit, known)
  const oldest = memory.keys().next().value
  if (memory.size > 2 * RECENT && oldest !== undefined) memory.delete(oldest)
  return known
}
