/** Gives the first ticket of the ready list to whoever asks. */
import type { Desk } from '../ports/world.ts'
import type { Actor } from '../ticket/commands.ts'
import type { Ticket } from '../ticket/ticket.ts'
import { applyIn, must, together } from './apply.ts'
import { change } from './follow.ts'

export interface Claim {
  holder: string
  /** Milliseconds after which the claim is taken for dead unless renewed; null for one made by hand. */
  leaseMs: number | null
  harness: string | null
}

/** The claimed ticket, or null when nothing is ready. */
export async function claimNext(desk: Desk, { holder, leaseMs, harness }: Claim): Promise<Ticket | null> {
  const by: Actor = leaseMs === null ? { kind: 'person', name: holder } : { kind: 'swarm', name: holder }
  const claimed = await together(desk, async (tx, now) => {
    const first = await tx.firstReady(now)
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
