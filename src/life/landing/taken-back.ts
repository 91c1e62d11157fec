/** What a change takes back of what landed before: right where a ticket asks for it, and else the loss of others' work. */
import { shown } from '../../ports/path-bytes.ts'
import type { Change, CommitInfo, Repo } from '../../ports/repo.ts'

type Past = Pick<Repo, 'history' | 'changes'>

/** Landings that are looked at: who goes back further has asked for it. */
const RECENT = 50
/** Paths that a line names. */
const MOST = 5

/**
 * A line for each of the newest landings up to `on`, a commit of `main`, that `changes` of it take back: files that are
 * again just as they were before it. One that is only deleted counts when nothing of its landing stays, for most
 * deletions are tidying up.
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

/** A commit never changes, so the newest are looked at once. */
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
