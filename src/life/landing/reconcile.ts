/**
 * Makes the store say what git says about landings: a crash may come between moving `main` and writing it down, a
 * person may take the ticket back before anybody asks, and a backup may be older than `main`. Only what a commit's own
 * trailers say counts, from the newest commit back to the first that the store knows.
 */
import type { CommitInfo } from '../../ports/repo.ts'
import type { Tx } from '../../ports/store.ts'
import type { World } from '../../ports/world.ts'
import { isRefusal } from '../../ticket/commands.ts'
import { applyIn, together } from '../apply.ts'
import { MERGE_QUEUE, START } from '../names.ts'

/**
 * Whose word counts: the store's own landings, which name the commit that they were about to land, or also the bare
 * trailers of commits, which is for a store that is older than the repository.
 */
export type Believe = 'landings' | 'trailers'

/** Gives the tickets that git says have landed and the store did not know of, in the order in which they landed. */
export async function reconcile(world: Reconciling, believe: Believe = 'landings'): Promise<number[]> {
  const unknown = await unknownLandings(world, believe)
  const reconciled: number[] = []
  for (const commit of unknown.reverse()) {
    const ticket = await writeDown(world, commit)
    if (ticket !== null) reconciled.push(ticket)
  }
  return reconciled
}

export type Reconciling = Pick<World, 'store' | 'clock' | 'repo' | 'note'>

/** A crash leaves one such commit, at the tip. */
const RECENT = 64

/** Newest first. */
async function unknownLandings({ repo, store }: Reconciling, believe: Believe): Promise<CommitInfo[]> {
  const began = (await repo.find(START))?.commit
  const unknown: CommitInfo[] = []
  for (const commit of await repo.history(believe === 'landings' ? { limit: RECENT } : {})) {
    if (commit.commit === began) break
    const { ticket, attempt } = landingOf(commit)
    if (ticket === null) continue
    const landing = await store.landing(ticket, attempt)
    const isNamed = landing?.candidate === commit.commit
    if (isNamed && landing.status === 'landed') break
    if (isNamed || believe === 'trailers') unknown.push(commit)
  }
  return unknown
}

/** What the swarm wrote beneath a commit of its own; the ticket is null for anybody else's. */
function landingOf({ trailers }: CommitInfo): { ticket: number | null; attempt: number } {
  const [ticket, attempt] = [Number(trailers.ticket), Number(trailers.attempt)]
  const isOurs = Number.isSafeInteger(ticket) && Number.isSafeInteger(attempt) && ticket > 0 && attempt > 0
  return { ticket: isOurs ? ticket : null, attempt }
}

async function writeDown(world: Reconciling, commit: CommitInfo): Promise<number | null> {
  const { ticket, attempt } = landingOf(commit)
  if (ticket === null) return null
  const written = await together(world, async (tx, now) => {
    const before = await tx.ticket(ticket)
    const landed = await applyIn(tx, now, ticket, { type: 'reconcile', commit: commit.commit }, MERGE_QUEUE)
    await noteLanding(tx, now, { ticket, attempt, commit })
    return isRefusal(landed) || landed === before ? null : ticket
  })
  if (written !== null && !isRefusal(written)) return ticket
  world.note(`${commit.commit.slice(0, 10)} is on main for #${ticket}, which the tickets do not wait for`)
  return null
}

/** So that the commit is known from now on. */
async function noteLanding(
  tx: Tx,
  now: number,
  { ticket, attempt, commit }: { ticket: number; attempt: number; commit: CommitInfo },
): Promise<void> {
  if (!(await tx.ticket(ticket))) return
  const before = await tx.landing(ticket, attempt)
  const { work = commit.commit, queuedAt = now } = before ?? {}
  const landed = { status: 'landed', candidate: commit.commit, detail: null } as const
  await tx.putLanding({ ticket, attempt, work, queuedAt, endedAt: now, ...landed })
}
