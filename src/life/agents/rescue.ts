/** Repair after a crash: attempts of dead agents give their tickets back. */
import type { Attempt } from '../../ports/attempts.ts'
import type { World } from '../../ports/world.ts'
import type { Actor } from '../../ticket/commands.ts'
import { applyIn, must, together } from '../apply.ts'

const RESCUE: Actor = { kind: 'swarm', name: 'rescue' }

/** Ends the dead attempts and gives them. Submitted work, and claims made by hand, have no lease and are left alone. */
export async function rescue(
  world: World,
  live: Attempt[],
  isDead: (attempt: Attempt) => boolean,
): Promise<Attempt[]> {
  const lost: Attempt[] = []
  for (const attempt of live) {
    if (attempt.leaseUntil === null || !isDead(attempt)) continue
    if (!('refused' in (await lose(world, attempt)))) lost.push(attempt)
  }
  return lost
}

/** Lost attempts in a row after which a person decides: the ticket's own work may kill its agents. */
export const LOST_ENOUGH = 5

const lose = (world: World, { ticket, number, holder }: Attempt) =>
  together(world, async (tx, now) => {
    const detail = `${holder} stopped without a result. The ticket is back on the ready list.`
    const lost = must(await applyIn(tx, now, ticket, { type: 'lose', attempt: number, detail }, RESCUE))
    if (lost.stage.status !== 'open') return lost
    const recent = await tx.attempts({ ticket, limit: LOST_ENOUGH })
    if (recent.length < LOST_ENOUGH || recent.some(({ outcome }) => outcome !== 'lost')) return lost
    const reason = `${LOST_ENOUGH} agents in a row died while working on it. Find the cause, then give the ticket back with 'ticket unclaim ${ticket}'.`
    return must(await applyIn(tx, now, ticket, { type: 'escalate', reason }, RESCUE))
  })
