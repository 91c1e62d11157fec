/**
 * Reconciliation of the store with git about landings: a crash may come between moving `main` and storing that, a
 * person may take the ticket back before anybody asks, and a backup may be older than `main`. Only a commit's own
 * trailers count, from the newest commit back to the first that the store knows.
 */
import type { CommitInfo } from '../../ports/repo.ts'
import type { Tx } from '../../ports/store.ts'
import type { World } from '../../ports/world.ts'
import { isRefusal } from '../../ticket/commands.ts'
import { applyIn, together } from '../apply.ts'
import { MERGE_QUEUE, START } from '../names.ts'

/**
 * Trusted source: the store's own landings, which name the commit that they were about to land, or also the bare
 * trailers of commits, for a store that is older than the repository.
 */
export type Believe = 'landings' | 'trailers'

/**
 * Reconciles the store. Gives the tickets that have landed by git and were unknown to the store, in the order of
 * landing.
 */
export async function reconcile(world: Reconciling, believe: Believe = 'landings'): Promise<number[]> {
  const unknown = await unknownLandings(world, believe)
  const reconciled: number[] = []
  for (const commit of unknown.reverse()) {
    const ticket = await writeDown(world, commit)
    if (ticket !== null) reconciled.push(ticket)
  }
  return reconciled
}

/** Ports that it needs. */
export type Reconciling = Pick<World, 'store' | 'clock' | 'repo' | 'note'>

/** Number of commits per step: a crash leaves one unknown commit, at the tip. */
const RECENT = 64

/** Finds the unknown landings, newest first. */
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

/** Reads the trailers of a commit of the swarm; the ticket is null for anybody else's. */
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
  world.note(
    `${commit.commit.slice(0, 10)} is on main for #${ticket}, but that ticket has no landing to record`,
  )
  return null
}

/** Stores a landing, so that the commit is known from now on. */
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
