/** What attempts left goes once their tickets have been over for long: transcripts, sessions, and work that did not land. */
import type { Attempt } from '../../ports/store.ts'
import type { World } from '../../ports/world.ts'
import { isLongOver } from '../../ticket/over.ts'
import { change } from '../follow.ts'
import { attemptOf } from '../names.ts'
import { forgetSession } from './session.ts'

/** What a sweep knows from the one before. */
export interface Broom {
  /** Refs that are still to be dropped; null before the first sweep, which looks what an earlier process left. */
  left: string[] | null
}

/** Attempts that are looked at together. */
const BATCH = 50

/**
 * Of attempts at tickets that have been over since `before`, in milliseconds since the epoch. Gives how many attempts.
 * Each is marked before its work goes, in one transaction with the question whether its ticket is still over: whoever goes
 * on with the ticket then begins anew.
 */
export async function sweep(
  world: World,
  broom: Broom,
  before: number,
  signal: AbortSignal,
): Promise<number> {
  broom.left ??= await leftBy(world, await world.repo.refs())
  let count = 0
  for (let isMore = true; isMore && !signal.aborted; ) {
    const batch = await world.store.overdue(before, BATCH)
    const marked: string[] = []
    for (const attempt of batch)
      if (await mark(world, attempt, before)) marked.push(`${attempt.ticket}/${attempt.number}`)
    if (marked.length > 0) broom.left.push(...(await ofThese(world, await world.repo.refs(), marked)))
    if (broom.left.length > 0) await world.repo.drop(broom.left)
    broom.left = []
    count += marked.length
    isMore = batch.length === BATCH && marked.length > 0
  }
  return count
}

async function mark(
  world: World,
  { ticket: id, number, transcript }: Attempt,
  before: number,
): Promise<boolean> {
  const { store, clock, transcripts } = world
  const isMarked = await store.transact(async (tx) => {
    const ticket = await tx.ticket(id)
    if (ticket === null || !isLongOver(ticket, before)) return false
    await change(tx, id, number, { removedAt: clock.now() })
    return true
  })
  if (!isMarked) return false
  if (transcript !== null) await transcripts.remove(transcript)
  await forgetSession(world, id)
  return true
}

/** What an audit compares a landing with stays. */
async function ofThese({ store }: World, refs: string[], attempts: string[]): Promise<string[]> {
  const going = new Set(attempts)
  for (const each of attempts) {
    const [ticket, number] = each.split('/').map(Number) as [number, number]
    if ((await store.landing(ticket, number))?.status === 'landed') going.delete(each)
  }
  return refs.filter((ref) => going.has(attemptOf(ref) ?? ''))
}

/** Refs of attempts that a process had marked, and did not come to drop. */
async function leftBy(world: World, refs: string[]): Promise<string[]> {
  const marked: string[] = []
  for (const each of new Set(refs.flatMap((ref) => attemptOf(ref) ?? []))) {
    const [ticket, number] = each.split('/').map(Number) as [number, number]
    const attempt = await world.store.attempt(ticket, number)
    if (attempt !== null && attempt.removedAt !== null) marked.push(each)
  }
  return ofThese(world, refs, marked)
}
