/** Fleet: what runs in this process right now. It may be lost: a new process finds the rest in store and git. */
import type { Seen } from '../ports/gateway.ts'
import type { World } from '../ports/world.ts'
import type { WhyIdle } from '../ticket/idle.ts'
import type { Ticket } from '../ticket/ticket.ts'
import type { Leases } from './lease.ts'

/** State of this process. */
export interface Fleet {
  /** Agents at work, by name. */
  working: Map<string, Working>
  /** Work of the merge queue; null when it is idle. */
  mergeQueue: { at: MergeQueueWork | null; done: Promise<void> } | null
  /** Time of the merge queue's next try, by the monotonic clock. */
  mergeQueueRetryAt: number
  /** Landings that could not be judged, by ticket and attempt. */
  aside: Map<string, Aside>
  /** Key of the last landing that could not be judged; null once something has gone well since. */
  mergeQueueFailed: string | null
  /** Attempts that others lease. */
  leases: Leases
  /** Ends of the stored pauses, by the monotonic clock. */
  ends: Ends
  /** Shortage of the disk at the last look; null for none. */
  shortage: Shortage | null
  /** True when git and the store agree about what has landed, as far as is known. */
  reconciled: boolean
  /** Number of agents that there should be. */
  size: number
  /** Reason why an agent got no ticket at the last tick; null when each has one. */
  idle: WhyIdle | null
  signal: AbortSignal
  /** Starts a tick: something has ended. */
  wake: () => void
}

/** Agent at work. */
export interface Working {
  ticket: Ticket
  /** Milliseconds since the epoch. */
  since: number
  stop: AbortController
  done: Promise<void>
  /** View of the gateway; null while its sandbox is prepared. */
  seen: Pick<Seen, 'unanswered'> | null
  /** Start of its try whether a pause is over, by the monotonic clock; null: it does not try, or it has shown it. */
  probing: number | null
  /** Wait for the account, with its start by the monotonic clock; null while it works. */
  limitWait: { since: number; goOn: () => void } | null
  /** Milliseconds of waits that are over. */
  waited: number
}

/** Landing that could not be judged. */
export interface Aside {
  /** Time of the next try, by the monotonic clock. */
  until: number
  /** Number of tries. */
  tries: number
  /** Reason at the last try. */
  why: string
}

/** Ends of pauses by the monotonic clock, by pause. */
export type Ends = Map<string, number>

/** Shortage of the disk. */
export interface Shortage {
  /** Explanation in one sentence. */
  reason: string
  /** Time of the next look, by the monotonic clock. */
  again: number
  /** Milliseconds since the epoch. */
  since: number
}

/** Landing that the merge queue works on. */
export interface MergeQueueWork {
  ticket: number
  attempt: number
  doing: 'merging' | 'verifying'
  since: number
}

/** Makes a fleet in which nobody works yet. */
export function newFleet(world: World, { signal, wake }: Pick<Fleet, 'signal' | 'wake'>): Fleet {
  return {
    working: new Map(),
    mergeQueue: null,
    mergeQueueRetryAt: Number.NEGATIVE_INFINITY,
    aside: new Map(),
    mergeQueueFailed: null,
    leases: new Map(),
    ends: new Map(),
    shortage: null,
    reconciled: true,
    size: world.settings().agents,
    idle: null,
    signal,
    wake,
  }
}
