/**
 * Removal of what attempts left, long after their tickets were over: transcripts, sessions, and work that did not land.
 */
import type { Attempt } from '../../ports/attempts.ts'
import type { World } from '../../ports/world.ts'
import { isLongOver } from '../../ticket/over.ts'
import { change } from '../follow.ts'
import { attemptOf } from '../names.ts'
import { forgetSession } from './session.ts'

/** Memory between sweeps. */
export interface Broom {
  /** Refs still to be dropped; null before the first sweep, which finds leftovers of an earlier process. */
  left: string[] | null
}

/** Number of attempts per step. */
const BATCH = 50

/**
 * Removes leftovers of attempts at tickets that have been over since `before`, in milliseconds since the epoch. Gives
 * the number of attempts. Each is marked before its work goes, in one transaction with the check that its ticket is
 * still over: a later attempt at the ticket then begins anew.
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

/** Refs to drop, without those that an audit compares landings with. */
async function ofThese({ store }: World, refs: string[], attempts: string[]): Promise<string[]> {
  const going = new Set(attempts)
  for (const each of attempts) {
    const [ticket, number] = each.split('/').map(Number) as [number, number]
    if ((await store.landing(ticket, number))?.status === 'landed') going.delete(each)
  }
  return refs.filter((ref) => going.has(attemptOf(ref) ?? ''))
}

/** Refs of attempts that an earlier process had marked and not yet dropped. */
async function leftBy(world: World, refs: string[]): Promise<string[]> {
  const marked: string[] = []
  for (const each of new Set(refs.flatMap((ref) => attemptOf(ref) ?? []))) {
    const [ticket, number] = each.split('/').map(Number) as [number, number]
    const attempt = await world.store.attempt(ticket, number)
    if (attempt !== null && attempt.removedAt !== null) marked.push(each)
  }
  return ofThese(world, refs, marked)
}
