/**
 * Tick: everything the swarm does, in order. It reads the truth anew each time and remembers nothing that matters:
 * `fleet` only knows what runs in this process.
 */
import type { Attempt } from '../ports/attempts.ts'
import type { World } from '../ports/world.ts'
import { liveAttempt } from '../ticket/ticket.ts'
import { rescue } from './agents/rescue.ts'
import { startAttempts } from './agents/staff.ts'
import { resumeWaiting } from './attempt/wait-for-limit.ts'
import type { Fleet } from './fleet.ts'
import { keepLanding } from './landing/merge-queue.ts'
import { reconcile } from './landing/reconcile.ts'
import { forgetLeases, hasRunOut } from './lease.ts'

/** Runs one tick. */
export async function tick(world: World, fleet: Fleet): Promise<void> {
  await reconcileOnce(world, fleet)
  await fence(world, fleet)
  await rescueDead(world, fleet)
  keepLanding(world, fleet)
  await resumeWaiting(world, fleet)
  await startAttempts(world, fleet)
}

/** Milliseconds for which a lock of git must not change to count as abandoned. */
const LOCK_MS = 5000

/**
 * Reconciles after trouble in the merge queue: a git that died may have left its lock, and have moved `main` before.
 */
async function reconcileOnce(world: World, fleet: Fleet): Promise<void> {
  if (fleet.reconciled || fleet.mergeQueue) return
  const locks = await world.repo.unlock(LOCK_MS)
  if (locks > 0) world.note(`${locks} stale locks of git were removed`)
  await reconcile(world)
  fleet.reconciled = true
}

/** Stops agents whose ticket is no longer theirs: a person took it back, or it is done. */
async function fence(world: World, fleet: Fleet): Promise<void> {
  for (const { ticket, stop } of fleet.working.values()) {
    const now = await world.store.ticket(ticket.id)
    if (!now || liveAttempt(now) !== ticket.attempts) stop.abort('The ticket was taken back.')
  }
}

/**
 * Gives tickets of dead agents back. For an agent of this process the lease counts only once it has been stopped: until
 * then it is renewed.
 */
async function rescueDead(world: World, fleet: Fleet): Promise<void> {
  const live = await world.store.attempts({ live: true })
  forgetLeases(fleet.leases, live)
  const isLost = (attempt: Attempt) => !isOurs(fleet, attempt) && hasRunOut(world, fleet.leases, attempt)
  for (const { ticket, number, holder } of await rescue(world, live, isLost)) {
    const stuck = fleet.working.get(holder)?.ticket
    // It was stopped and does not end; its agent goes on without it.
    if (stuck?.id === ticket && stuck.attempts === number) fleet.working.delete(holder)
  }
}

function isOurs(fleet: Fleet, { ticket, number, holder }: Attempt): boolean {
  const mine = fleet.working.get(holder)
  return mine?.ticket.id === ticket && mine.ticket.attempts === number && !mine.stop.signal.aborted
}
