/**
 * Check whether agents may start new tickets now: not while the fleet pauses, the disk is full or the merge queue is
 * behind. While `main` is red the claim itself decides which tickets may be tried.
 */
import type { World } from '../../ports/world.ts'
import type { WhyIdle } from '../../ticket/idle.ts'
import { longest, type Pause } from '../../ticket/pauses.ts'
import type { Fleet, Shortage } from '../fleet.ts'
import { keepBudget } from './budget.ts'
import { liftAnswered, pausesOf } from './pauses.ts'

/** Stop of claims. `probe`: one agent may claim, to test whether a pause is over. */
export type ClaimStop = 'none' | 'probe' | 'all'

/** Stop of claims, with the reason for idle agents. */
export type MayClaim = { hold: 'none'; why: null } | { hold: 'probe' | 'all'; why: WhyIdle }

/** Decides whether agents may claim now. Ends answered pauses first. */
export async function claimStop(world: World, fleet: Fleet): Promise<MayClaim> {
  const shortage = await shortageOf(world, fleet)
  if (shortage) return { hold: 'all', why: { kind: 'disk', reason: shortage.reason } }
  await liftAnswered(world)
  await keepBudget(world)
  const all = ours(world, await pausesOf(world.store, world.clock.now()))
  const pauses = all.filter(({ cause }) => cause !== 'main is red')
  const lasting = longest(pauses.filter((pause) => !isDue(world, fleet, pause)))
  if (lasting) return { hold: 'all', why: pausedBy(lasting) }
  const behind = await farBehind(world, fleet)
  if (behind) return { hold: 'all', why: behind }
  const over = longest(pauses)
  if (over === null) return { hold: 'none', why: null }
  return { hold: isTried(world, fleet) ? 'all' : 'probe', why: { kind: 'tried', cause: over.cause } }
}

const pausedBy = ({ cause, until, ticket }: Pause): WhyIdle => ({ kind: 'paused', cause, until, ticket })

/**
 * Decides whether an attempt that waits for the usage limit may resume. Only the account can stop it: it is no new
 * work.
 */
export async function limitStop(world: World, fleet: Fleet): Promise<ClaimStop> {
  const limits = ours(world, await pausesOf(world.store, world.clock.now())).filter(
    ({ cause }) => cause === 'usage limit',
  )
  if (limits.length === 0) return 'none'
  return isTried(world, fleet) || !limits.every((pause) => isDue(world, fleet, pause)) ? 'all' : 'probe'
}

/** Milliseconds after which another may try it, too: a sandbox or a model's first word can take minutes. */
const PROBE_MS = 60_000

const isTried = ({ clock }: World, { working }: Fleet) =>
  [...working.values()].some(({ probing }) => probing !== null && clock.monotonic() < probing + PROBE_MS)

/** Filters pauses for those of this harness: another harness's account does not matter. */
export const ours = ({ harness: { name } }: Pick<World, 'harness'>, pauses: Pause[]): Pause[] =>
  pauses.filter(({ harness }) => harness === null || harness === name)

/** Reason why nobody claims, and its end; null when they do. */
export async function paused(world: World, fleet: Fleet): Promise<Paused | null> {
  const pause = longest(ours(world, await pausesOf(world.store, world.clock.now())))
  if (fleet.shortage === null || pause?.cause === 'person') return pause
  const { reason, since } = fleet.shortage
  return { cause: 'disk', reason, since, until: null, ticket: null }
}

/** Pause in force, for people. */
export interface Paused extends Pick<Pause, 'reason' | 'since' | 'until' | 'ticket'> {
  cause: Pause['cause'] | 'disk'
}

/** Milliseconds between two looks at a disk that was full. */
const LOOK_AGAIN = 5000

/** Checks the disk. The result is not stored: a full disk accepts no rows, and the next look decides anew. */
async function shortageOf(world: World, fleet: Fleet): Promise<Shortage | null> {
  if (fleet.shortage && world.clock.monotonic() < fleet.shortage.again) return fleet.shortage
  const reason = await world.diskShortage()
  if (reason === null && fleet.shortage) world.note('the disk has free space again')
  if (reason !== null && fleet.shortage === null) world.note(`claiming is paused: ${reason}`)
  fleet.shortage = reason === null ? null : short(world, reason, fleet.shortage)
  return fleet.shortage
}

/** Records that an operation has just failed for lack of room, whatever the disk reports. */
export function runShort(world: World, fleet: Fleet, reason: string): void {
  fleet.shortage = short(world, reason, fleet.shortage)
}

const short = ({ clock }: World, reason: string, before: Shortage | null): Shortage => ({
  reason,
  again: clock.monotonic() + LOOK_AGAIN,
  since: before?.since ?? clock.now(),
})

/**
 * True when a pause should be over. By the wall clock, as a limit also ends while this machine sleeps; and by the
 * monotonic one, so that a wall clock that was set back makes nobody wait for ever. Too early costs one probe.
 */
function isDue({ clock }: World, { ends }: Fleet, { cause, since, until }: Pause): boolean {
  if (until === null) return false
  const key = `${cause} ${since} ${until}`
  const now = clock.now()
  if (now >= until) return true
  if (!ends.has(key)) ends.set(key, clock.monotonic() + Math.max(0, until - now))
  return clock.monotonic() >= (ends.get(key) as number)
}

/** Checks the length of the merge queue. Work that waits for a person does not count. */
async function farBehind({ store, settings }: World, fleet: Fleet): Promise<WhyIdle | null> {
  const limit = settings().mergeQueueLimit || Math.max(8, 2 * fleet.size)
  const queued = await store.landings({ status: 'queued' })
  if (queued.length < limit) return null
  const tickets = await Promise.all(queued.map(({ ticket }) => store.ticket(ticket)))
  const moving = tickets.filter(
    (ticket) => ticket?.stage.status === 'ready' && ticket.stage.held.length === 0,
  )
  return moving.length < limit ? null : { kind: 'merge queue behind', waiting: moving.length, limit }
}
