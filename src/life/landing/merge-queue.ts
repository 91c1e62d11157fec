/**
 * Operation of the merge queue: one landing at a time, beside the attempts. Landings that cannot be judged now step
 * aside.
 */
import type { Landing } from '../../ports/attempts.ts'
import { abortWith } from '../../ports/patience.ts'
import { shortage, Trouble } from '../../ports/trouble.ts'
import type { World } from '../../ports/world.ts'
import type { Fleet, MergeQueueWork } from '../fleet.ts'
import { markLanding } from './crashes.ts'
import { land } from './land.ts'

/** Starts the next landing unless one is under way, the server stops, or the queue backs off. */
export function keepLanding(world: World, fleet: Fleet): void {
  if (fleet.mergeQueue || fleet.signal.aborted || world.clock.monotonic() < fleet.mergeQueueRetryAt) return
  const mergeQueue: NonNullable<Fleet['mergeQueue']> = { at: null, done: Promise.resolve() }
  fleet.mergeQueue = mergeQueue
  mergeQueue.done = landOne(world, fleet, mergeQueue).finally(() => {
    fleet.mergeQueue = null
  })
}

async function landOne(
  world: World,
  fleet: Fleet,
  mergeQueue: NonNullable<Fleet['mergeQueue']>,
): Promise<void> {
  let at: Landing | null = null
  const watching = {
    watch: async (landing: Landing, doing: MergeQueueWork['doing']) => {
      if (at === null) await markLanding(world, landing)
      at = landing
      mergeQueue.at = { ticket: landing.ticket, attempt: landing.attempt, doing, since: world.clock.now() }
    },
    asideOf: (landing: Landing) => {
      const aside = fleet.aside.get(keyOf(landing))
      if (aside === undefined) return null
      return world.clock.monotonic() < aside.until ? 'waits' : aside.tries >= TRIES ? aside : null
    },
  }
  const own = new AbortController()
  const release = abortWith(own, [fleet.signal])
  const landing = land(world, own.signal, watching).then(async (landed) => {
    if (landed.kind === 'idle') await markLanding(world, null)
    return landed
  })
  const landed = await landing
    .catch((error: unknown) => {
      // It may have moved main without having been able to say so.
      fleet.reconciled = false
      return { kind: 'failed', error } as const
    })
    .finally(() => {
      release()
      own.abort()
    })
  if (fleet.signal.aborted) return
  if (landed.kind === 'idle') forgetOld(world, fleet)
  if (landed.kind === 'failed') stepAside(world, fleet, at, landed.error)
  else if (landed.kind === 'waiting') stepAside(world, fleet, at, landed.why)
  else if (landed.kind === 'settled') {
    if (at !== null) fleet.aside.delete(keyOf(at))
    fleet.mergeQueueFailed = null
    fleet.wake()
  }
}

const keyOf = ({ ticket, attempt }: Landing) => `${ticket}-${attempt}`

const isOfTheMachine = (error: unknown) =>
  shortage(error) !== null || (error instanceof Trouble && (error.code === 'disk' || error.code === 'engine'))

/** Removes the entries of landings that have left the merge queue. */
function forgetOld({ clock }: World, { aside }: Fleet): void {
  for (const [key, { until }] of aside) if (until < clock.monotonic()) aside.delete(key)
}

/** Seconds before a landing that could not be judged is retried, doubled each time. */
const REST = 30
/** Number of tries before a person is asked, after a quarter of an hour. */
const TRIES = 6

/**
 * Puts a landing aside and continues with the next one. When that cannot be judged either, the cause is hardly the two
 * of them: the merge queue backs off. A full disk is nobody's fault, however often it occurs; a gate that could not run
 * is counted by its receipts.
 */
function stepAside(world: World, fleet: Fleet, at: Landing | null, error: unknown): void {
  const why = error instanceof Trouble ? error.message : String((error as Error)?.stack ?? error)
  const now = world.clock.monotonic()
  const key = at === null ? null : keyOf(at)
  if (key !== null) {
    const before = fleet.aside.get(key)?.tries ?? 0
    const isOwn = typeof error !== 'string' && !isOfTheMachine(error)
    const wait = REST * (isOwn ? 2 ** before : 1)
    fleet.aside.set(key, { until: now + wait * 1000, tries: isOwn ? before + 1 : before, why })
    world.note(`the landing of #${at!.ticket} is retried in ${wait} s: ${why}`)
  }
  const isAlone = key !== null && (fleet.mergeQueueFailed === null || fleet.mergeQueueFailed === key)
  fleet.mergeQueueFailed = key
  if (isAlone) {
    fleet.wake()
    return
  }
  world.note(`the merge queue backs off for ${REST} s: ${why}`)
  fleet.mergeQueueRetryAt = now + REST * 1000
}
