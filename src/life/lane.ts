/** Keeps the lane going: one landing at a time, beside the attempts. */
import type { Landing } from '../ports/store.ts'
import type { World } from '../ports/world.ts'
import type { Crew, LaneWork } from './crew.ts'
import { land } from './land.ts'

export function keepLanding(world: World, crew: Crew): void {
  if (crew.lane || crew.signal.aborted || world.clock.monotonic() < crew.laneRests) return
  const lane: NonNullable<Crew['lane']> = { at: null, done: Promise.resolve() }
  const watch = ({ ticket, attempt }: Landing, doing: LaneWork['doing']) => {
    lane.at = { ticket, attempt, doing, since: world.clock.now() }
  }
  crew.lane = lane
  lane.done = land(world, crew.signal, watch)
    .then((landed) => {
      crew.lane = null
      if (landed.kind === 'waiting') rest(world, crew, landed.why)
      if (landed.kind === 'settled') crew.wake()
    })
    .catch((error) => {
      crew.lane = null
      // It may have moved main without having been able to say so.
      crew.settled = false
      if (!crew.signal.aborted) rest(world, crew, String(error?.stack ?? error))
    })
}

/** Seconds that the lane rests after a gate that could not run, or after trouble. */
const REST = 30

function rest(world: World, crew: Crew, why: string): void {
  world.note(`the lane rests for ${REST} s: ${why}`)
  crew.laneRests = world.clock.monotonic() + REST * 1000
}
