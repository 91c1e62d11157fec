/** Claim of the first ticket of the ready list. */
import type { Tx } from '../../ports/store.ts'
import type { Records } from '../../ports/world.ts'
import type { Actor } from '../../ticket/commands.ts'
import { FAILURES } from '../../ticket/failures.ts'
import type { Ticket } from '../../ticket/ticket.ts'
import { applyIn, must, together } from '../apply.ts'
import { change } from '../follow.ts'

/** Parameters of a claim. */
export interface Claim {
  holder: string
  /** Milliseconds after which the claim counts as dead unless renewed; null for one made by hand. */
  leaseMs: number | null
  harness: string | null
  /** True for a probe, which tests whether a pause is over. */
  isProbe?: boolean
  /** Minimum priority (exclusive) of the ticket; null or left out: any. */
  above?: number | null
}

/** Claims the first ready ticket; null when nothing is ready. */
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
    throw new Error(`the ready list and the claim rules disagree: ${claimed.sentence}`)
  return claimed
}

/** Number of ready tickets to search. */
const LOOKED_AT = 20

/**
 * Finds the first ready ticket for a claim. A ticket whose last attempt made everybody wait goes to the end of its
 * priority, unless its work goes first, as after a used-up account. It becomes a probe only when no other ticket can,
 * of any priority.
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
