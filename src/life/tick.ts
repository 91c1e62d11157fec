/** Everything the swarm does, in the order in which it does it. Re-reads the truth each time; nothing is remembered
 * here that matters: what `crew` knows is only what runs in this process. */
import type { Attempt } from '../ports/store.ts'
import type { World } from '../ports/world.ts'
import { liveAttempt } from '../ticket/ticket.ts'
import { rescue } from './agents/rescue.ts'
import { startAttempts } from './agents/staff.ts'
import { letGoOn } from './attempt/outlast.ts'
import type { Crew } from './crew.ts'
import { keepLanding } from './landing/lane.ts'
import { settle } from './landing/settle.ts'
import { forgetLeases, hasRunOut } from './lease.ts'

export async function tick(world: World, crew: Crew): Promise<void> {
  await settleOnce(world, crew)
  await fence(world, crew)
  await rescueDead(world, crew)
  keepLanding(world, crew)
  await letGoOn(world, crew)
  await startAttempts(world, crew)
}

/** Milliseconds for which a lock of git's must lie still to be nobody's. */
const LOCK_MS = 5000

/** After trouble in the lane: a git that died may have left its lock, and have moved `main` before. */
async function settleOnce(world: World, crew: Crew): Promise<void> {
  if (crew.settled || crew.lane) return
  const locks = await world.repo.unlock(LOCK_MS)
  if (locks > 0) world.note(`${locks} locks that a git had left were removed`)
  await settle(world)
  crew.settled = true
}

/** Stops agents whose ticket is no longer theirs: a person took it back, or it is done. */
async function fence(world: World, crew: Crew): Promise<void> {
  for (const { ticket, stop } of crew.working.values()) {
    const now = await world.store.ticket(ticket.id)
    if (!now || liveAttempt(now) !== ticket.attempts) stop.abort('The ticket was taken back.')
  }
}

/** Of what runs here the lease counts only once it has been stopped: until then it is renewed. */
async function rescueDead(world: World, crew: Crew): Promise<void> {
  const live = await world.store.attempts({ live: true })
  forgetLeases(crew.leases, live)
  const isLost = (attempt: Attempt) => !isOurs(crew, attempt) && hasRunOut(world, crew.leases, attempt)
  for (const { ticket, number, holder } of await rescue(world, live, isLost)) {
    const stuck = crew.working.get(holder)?.ticket
    // It was stopped and does not end; its agent goes on without it.
    if (stuck?.id === ticket && stuck.attempts === number) crew.working.delete(holder)
  }
}

function isOurs(crew: Crew, { ticket, number, holder }: Attempt): boolean {
  const mine = crew.working.get(holder)
  return mine?.ticket.id === ticket && mine.ticket.attempts === number && !mine.stop.signal.aborted
}
