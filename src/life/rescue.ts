/** Repairs what a crash left: attempts whose agent is dead give their tickets back. */
import type { Attempt } from '../ports/store.ts'
import type { World } from '../ports/world.ts'
import type { Actor } from '../ticket/commands.ts'
import { apply } from './apply.ts'

const RESCUE: Actor = { kind: 'swarm', name: 'rescue' }

/** What the lane holds, and what was claimed by hand, has no lease and is left alone. Gives how many were lost. */
export async function rescue(world: World, isDead: (attempt: Attempt) => boolean): Promise<number> {
  let lost = 0
  for (const attempt of await world.store.attempts({ live: true })) {
    if (attempt.leaseUntil === null || !isDead(attempt)) continue
    const detail = `${attempt.holder} is gone; the ticket is back on the ready list.`
    const lose = { type: 'lose', attempt: attempt.number, detail } as const
    if (!('refused' in (await apply(world, attempt.ticket, lose, RESCUE)))) lost++
  }
  return lost
}
