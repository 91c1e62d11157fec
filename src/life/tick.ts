/** Everything the swarm does, in the order in which it does it. Re-reads the truth each time; nothing is remembered
 * here that matters: what `crew` knows is only what runs in this process. */
import type { Attempt, Landing } from '../ports/store.ts'
import type { World } from '../ports/world.ts'
import { liveAttempt, type Ticket } from '../ticket/ticket.ts'
import { attempt } from './attempt.ts'
import { claimNext } from './claim.ts'
import { change } from './follow.ts'
import { land } from './land.ts'
import { rescue } from './rescue.ts'

export interface Crew {
  /** By the agent's name. */
  working: Map<string, { ticket: Ticket; since: number; stop: AbortController; done: Promise<void> }>
  /** What the lane is at; null when it rests. */
  lane: { at: LaneWork | null; done: Promise<void> } | null
  /** The lane does not try again before then. */
  laneRests: number
  pause: { reason: string; until: number } | null
  /** How many agents there should be. */
  size: number
  signal: AbortSignal
  /** Something ended: tick again. */
  wake: () => void
}

export interface LaneWork {
  ticket: number
  attempt: number
  doing: 'merging' | 'verifying'
  since: number
}

/** A claim is taken for dead after this long without a renewal. */
export const LEASE_MS = 60_000
/** Four renewals fit in a lease, so that a slow one costs nothing. */
export const RENEW_MS = 15_000

export async function tick(world: World, crew: Crew): Promise<void> {
  await fence(world, crew)
  await rescue(world, (attempt) => isDead(world, crew, attempt))
  keepLanding(world, crew)
  await startAttempts(world, crew)
}

/** Stops agents whose ticket is no longer theirs: a person took it back, or it is done. */
async function fence(world: World, crew: Crew): Promise<void> {
  for (const { ticket, stop } of crew.working.values()) {
    const now = await world.store.ticket(ticket.id)
    if (!now || liveAttempt(now) !== ticket.attempts) stop.abort('The ticket was taken back.')
  }
}

function isDead(world: World, crew: Crew, { ticket, number, holder, leaseUntil }: Attempt): boolean {
  const mine = crew.working.get(holder)?.ticket
  if (mine?.id === ticket && mine.attempts === number) return false
  return leaseUntil !== null && leaseUntil < world.clock.now()
}

/** One landing at a time, beside the attempts. */
function keepLanding(world: World, crew: Crew): void {
  if (crew.lane || crew.signal.aborted || world.clock.now() < crew.laneRests) return
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
      if (!crew.signal.aborted) rest(world, crew, String(error?.stack ?? error))
    })
}

/** Seconds that the lane rests after a gate that could not run, or after trouble. */
const REST = 30

function rest(world: World, crew: Crew, why: string): void {
  world.note(`the lane rests for ${REST} s: ${why}`)
  crew.laneRests = world.clock.now() + REST * 1000
}

async function startAttempts(world: World, crew: Crew): Promise<void> {
  const now = world.clock.now()
  if (crew.pause && crew.pause.until <= now) crew.pause = null
  for (let n = 1; n <= crew.size; n++) {
    if (crew.pause || crew.signal.aborted) return
    const agent = `agent-${n}`
    if (crew.working.has(agent)) continue
    const ticket = await claimNext(world, { holder: agent, leaseMs: LEASE_MS, harness: world.harness.name })
    if (!ticket) return
    start(world, crew, agent, ticket)
  }
}

function start(world: World, crew: Crew, agent: string, ticket: Ticket): void {
  const stop = new AbortController()
  const signal = AbortSignal.any([crew.signal, stop.signal])
  const renewing = renew(world, ticket, stop, signal)
  const done = attempt(world, ticket, { signal, submitted: crew.wake })
    .then(({ pause }) => {
      if (pause) crew.pause = pause
    })
    .catch((error) => world.note(`bug: ${agent} on #${ticket.id}: ${error?.stack ?? error}`))
    .then(async () => {
      stop.abort()
      await renewing
      crew.working.delete(agent)
      crew.wake()
    })
  crew.working.set(agent, { ticket, since: world.clock.now(), stop, done })
}

/** Keeps the lease alive for as long as the agent works; stops the attempt when it is no longer the live one. */
async function renew(
  world: World,
  ticket: Ticket,
  stop: AbortController,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await world.clock.sleep(RENEW_MS, signal)
    if (signal.aborted) return
    const attempt = await prolong(world, ticket).catch((trouble) => {
      world.note(`the lease of #${ticket.id} was not renewed: ${trouble}`)
      return 'unknown'
    })
    if (attempt === 'handed in') return
    if (attempt === 'over') return stop.abort('The ticket was taken back.')
  }
}

const prolong = (world: World, { id, attempts }: Ticket): Promise<'working' | 'handed in' | 'over'> =>
  world.store.transact(async (tx) => {
    const now = await tx.ticket(id)
    if (!now || liveAttempt(now) !== attempts) return 'over'
    if (now.stage.status === 'ready') return 'handed in'
    await change(tx, id, attempts, { leaseUntil: world.clock.now() + LEASE_MS })
    return 'working'
  })
