/** Swarm at work: a loop of ticks, and the questions and orders of people while it runs. */
import type { World } from '../ports/world.ts'
import type { WhyIdle } from '../ticket/idle.ts'
import type { LeftBehind } from '../ticket/left-behind.ts'
import { type AgentState, agentsOf } from './agents/agents.ts'
import { rescue } from './agents/rescue.ts'
import { failed } from './agents/staff.ts'
import { alarm } from './alarm.ts'
import { tidyNowAndThen } from './attempt/tidy.ts'
import { type Fleet, type MergeQueueWork, newFleet } from './fleet.ts'
import { countCrash, markLanding } from './landing/crashes.ts'
import { reconcile } from './landing/reconcile.ts'
import { type Paused, paused } from './limits/may-claim.ts'
import { STOPPED } from './names.ts'
import { notify } from './notices/notify.ts'
import { tick } from './tick.ts'

/** State of the merge queue. */
export interface MergeQueueState {
  /** Landing under way; null for none. */
  now: MergeQueueWork | null
}

/** Running swarm. */
export interface Running {
  agents(): AgentState[]
  mergeQueue(): MergeQueueState
  /** Reason why an agent got no ticket at the last tick; null when each has one. */
  idle(): WhyIdle | null
  /** Reason why nobody claims, and its end; null when they do. */
  paused(): Promise<Paused | null>
  /** Leftovers of an earlier server, and their repair. */
  found: LeftBehind
  /** Changes the number of agents; busy ones finish their ticket first. */
  scale(agents: number): void
  /** Starts a tick: something has changed. */
  wake(): void
  /** Ends every attempt, gives the tickets back with their work saved, and resolves when nothing runs any more. */
  stop(): Promise<void>
}

/** Milliseconds between ticks without a wake: the truth is read again in any case. */
const POLL_MS = 1000

/** Repairs what an earlier server left, and starts the swarm. It must be the only one on its store. */
export async function run(world: World): Promise<Running> {
  const found = await recover(world)
  const stopping = new AbortController()
  const bell = alarm()
  const fleet = newFleet(world, { signal: stopping.signal, wake: bell.ring })
  const ended = Promise.all([
    loop(world, fleet, bell),
    notify(world, () => paused(world, fleet), fleet.signal),
    tidyNowAndThen(world, fleet.signal),
  ])
  return {
    agents: () => agentsOf(fleet),
    mergeQueue: () => ({ now: fleet.mergeQueue?.at ?? null }),
    idle: () => fleet.idle,
    paused: () => paused(world, fleet),
    found,
    scale: (size) => {
      fleet.size = size
      bell.ring()
    },
    wake: bell.ring,
    stop: async () => {
      stopping.abort(STOPPED)
      bell.ring()
      await ended
    },
  }
}

async function recover(world: World): Promise<LeftBehind> {
  const { locks, halves } = await world.repo.recover()
  const sandboxes = await world.sandboxes.reap()
  const landed = await reconcile(world)
  const live = await world.store.attempts({ live: true })
  const died = await rescue(world, live, () => true)
  await countCrash(world, died)
  const lost = died.map(({ ticket }) => ticket).sort((a, b) => a - b)
  const queued = (await world.store.landings({ status: 'queued' })).length
  if (sandboxes + landed.length + lost.length + locks + halves > 0)
    world.note(
      `after a crash: ${lost.length} tickets are back on the ready list, ${landed.length} landings were recorded, ${sandboxes} sandboxes, ${locks} locks and ${halves} unfinished objects of git were removed`,
    )
  return { lost, landed, queued, sandboxes, locks, halves }
}

async function loop(world: World, fleet: Fleet, bell: ReturnType<typeof alarm>): Promise<void> {
  while (!fleet.signal.aborted) {
    try {
      await tick(world, fleet)
    } catch (error) {
      if (!fleet.signal.aborted) failed(world, fleet, 'a tick failed', error)
    }
    await bell.rung(world, POLL_MS)
  }
  await Promise.all([...fleet.working.values()].map(({ done }) => done))
  await fleet.mergeQueue?.done
  await markLanding(world, null).catch(() => {})
}
