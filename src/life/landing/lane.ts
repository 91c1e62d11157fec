/** Keeps the lane going: one landing at a time, beside the attempts. What cannot be judged now steps aside. */
import type { Landing } from '../../ports/store.ts'
import { shortage, Trouble } from '../../ports/trouble.ts'
import type { World } from '../../ports/world.ts'
import type { Crew, LaneWork } from '../crew.ts'
import { markLanding } from './crashes.ts'
import { land } from './land.ts'

export function keepLanding(world: World, crew: Crew): void {
  if (crew.lane || crew.signal.aborted || world.clock.monotonic() < crew.laneRests) return
  const lane: NonNullable<Crew['lane']> = { at: null, done: Promise.resolve() }
  crew.lane = lane
  lane.done = landOne(world, crew, lane).finally(() => {
    crew.lane = null
  })
}

async function landOne(world: World, crew: Crew, lane: NonNullable<Crew['lane']>): Promise<void> {
  let at: Landing | null = null
  const watching = {
    watch: async (landing: Landing, doing: LaneWork['doing']) => {
      if (at === null) await markLanding(world, landing)
      at = landing
      lane.at = { ticket: landing.ticket, attempt: landing.attempt, doing, since: world.clock.now() }
    },
    asideOf: (landing: Landing) => {
      const aside = crew.aside.get(keyOf(landing))
      if (aside === undefined) return null
      return world.clock.monotonic() < aside.until ? 'waits' : aside.tries >= TRIES ? aside : null
    },
  }
  const landing = land(world, crew.signal, watching).then(async (landed) => {
    if (landed.kind === 'idle') await markLanding(world, null)
    return landed
  })
  const landed = await landing.catch((error: unknown) => {
    // It may have moved main without having been able to say so.
    crew.settled = false
    return { kind: 'failed', error } as const
  })
  if (crew.signal.aborted) return
  if (landed.kind === 'idle') forgetOld(world, crew)
  if (landed.kind === 'failed') stepAside(world, crew, at, landed.error)
  else if (landed.kind === 'waiting') stepAside(world, crew, at, landed.why)
  else if (landed.kind === 'settled') {
    if (at !== null) crew.aside.delete(keyOf(at))
    crew.laneFailed = null
    crew.wake()
  }
}

const keyOf = ({ ticket, attempt }: Landing) => `${ticket}-${attempt}`

const isOfTheMachine = (error: unknown) =>
  shortage(error) !== null || (error instanceof Trouble && (error.code === 'disk' || error.code === 'engine'))

/** What has left the lane meanwhile. */
function forgetOld({ clock }: World, { aside }: Crew): void {
  for (const [key, { until }] of aside) if (until < clock.monotonic()) aside.delete(key)
}

/** Seconds before a landing that could not be judged is tried again, doubled each time. */
const REST = 30
/** How often it is tried before a person is asked: that is after a quarter of an hour. */
const TRIES = 6

/**
 * The next landing goes on. When that cannot be judged either, the cause is hardly the two of them: the lane rests. A
 * full disk is nobody's, however often it is met; a gate that could not run is counted by its receipts.
 */
function stepAside(world: World, crew: Crew, at: Landing | null, error: unknown): void {
  const why = error instanceof Trouble ? error.message : String((error as Error)?.stack ?? error)
  const now = world.clock.monotonic()
  const key = at === null ? null : keyOf(at)
  if (key !== null) {
    const before = crew.aside.get(key)?.tries ?? 0
    const isOwn = typeof error !== 'string' && !isOfTheMachine(error)
    const wait = REST * (isOwn ? 2 ** before : 1)
    crew.aside.set(key, { until: now + wait * 1000, tries: isOwn ? before + 1 : before, why })
    world.note(`the landing of #${at!.ticket} steps aside for ${wait} s: ${why}`)
  }
  const isAlone = key !== null && (crew.laneFailed === null || crew.laneFailed === key)
  crew.laneFailed = key
  if (isAlone) {
    crew.wake()
    return
  }
  world.note(`the lane rests for ${REST} s: ${why}`)
  crew.laneRests = now + REST * 1000
}
