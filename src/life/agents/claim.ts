/** Gives the first ticket of the ready list to whoever asks. */
import type { Tx } from '../../ports/store.ts'
import type { Records } from '../../ports/world.ts'
import type { Actor } from '../../ticket/commands.ts'
import { FAILURES } from '../../ticket/failures.ts'
import type { Ticket } from '../../ticket/ticket.ts'
import { applyIn, must, together } from '../apply.ts'
import { change } from '../follow.ts'

export interface Claim {
  holder: string
  /** Milliseconds after which the claim is taken for dead unless renewed; null for one made by hand. */
  leaseMs: number | null
  harness: string | null
  /** It tries whether a pause is over. */
  isProbe?: boolean
  /** Only a ticket of a higher priority; null or none: any. */
  above?: number | null
}

/** The claimed ticket, or null when nothing is ready. */
export async function claimNext(
  records: Records,
  { holder, leaseMs, harness, isProbe = false, above = null }: Claim,
): Promise<Ticket | null> {
  const by: Actor = leaseMs === null ? { kind: 'person', name: holder } : { kind: 'swarm', name: holder }
  const claimed = await together(records, async (tx, now) => {
    const first = await firstReady(tx, now, { isProbe, above })
    if (!first) return null
    const claim = { type: 'claim', holder, leased: leaseMs !== null, now, openBlockers: 0 } as const
    const ticket = must(await applyIn(tx, now, first.id, claim, by))
    if (leaseMs !== null) await change(tx, ticket.id, ticket.attempts, { leaseUntil: now + leaseMs, harness })
    return ticket
  })
  if (claimed && 'refused' in claimed)
    throw new Error(`the ready list and the rules differ: ${claimed.sentence}`)
  return claimed
}

/** How many of the ready list are looked at. */
const LOOKED_AT = 20

/**
 * A ticket whose last attempt made everybody wait goes to the end of its priority, unless its work goes to the front as
 * that of an account that was used up does. Whether the wait is over it tries only when no other can, of whatever
 * priority.
 */
async function firstReady(
  tx: Tx,
  now: number,
  { isProbe, above }: { isProbe: boolean; above: number | null },
): Promise<Ticket | null> {
  const first = await tx.firstReady(now)
  const least = above ?? Number.NEGATIVE_INFINITY
  if (first === null || first.priority <= least) return null
  if (!(await madeAllWait(tx, first))) return first
  const others = (await tx.readyList(now, LOOKED_AT)).filter(({ priority }) => priority > least)
  for (const ticket of others)
    if ((isProbe || ticket.priority === first.priority) && !(await madeAllWait(tx, ticket))) return ticket
  return first
}

async function madeAllWait(tx: Tx, { id, attempts }: Ticket): Promise<boolean> {
  const last = attempts === 0 ? null : await tx.attempt(id, attempts)
  if (!last?.failure) return false
  const { pause, front } = FAILURES[last.failure]
  return pause !== null && !front
}
