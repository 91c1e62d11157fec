/** What runs in this process right now. Nothing in it matters: whoever begins anew finds the rest in store and git. */
import type { Seen } from '../ports/gateway.ts'
import type { World } from '../ports/world.ts'
import type { WhyIdle } from '../ticket/idle.ts'
import type { Ticket } from '../ticket/ticket.ts'
import type { Leases } from './lease.ts'

export interface Fleet {
  /** By the agent's name. */
  working: Map<string, Working>
  /** What the merge queue is at; null when it rests. */
  mergeQueue: { at: MergeQueueWork | null; done: Promise<void> } | null
  /** The merge queue does not try again before then, by the monotonic clock. */
  mergeQueueRetryAt: number
  /** Landings that could not be judged, by ticket and attempt. */
  aside: Map<string, Aside>
  /** Which one that was last, when nothing has gone well since; null when something has. */
  mergeQueueFailed: string | null
  /** Attempts that others lease. */
  leases: Leases
  /** When the stored pauses end, by the monotonic clock. */
  ends: Ends
  /** What the disk had too little of when it was last looked at. */
  shortage: Shortage | null
  /** Whether git and the store agree about what has landed, as far as is known. */
  reconciled: boolean
  /** How many agents there should be. */
  size: number
  /** What kept an agent from a ticket at the last tick; null when each has one. */
  idle: WhyIdle | null
  signal: AbortSignal
  /** Something ended: tick again. */
  wake: () => void
}

export interface Working {
  ticket: Ticket
  /** Milliseconds since the epoch. */
  since: number
  stop: AbortController
  done: Promise<void>
  /** What the gateway sees of it; null while its sandbox is prepared. */
  seen: Pick<Seen, 'unanswered'> | null
  /** Since when it tries whether a pause is over, by the monotonic clock; null: it does not, or it has shown it. */
  probing: number | null
  /** It waits for the account, since then by the monotonic clock; null while it works. */
  limitWait: { since: number; goOn: () => void } | null
  /** Milliseconds of rests that are over. */
  waited: number
}

export interface Aside {
  /** Not tried again before then, by the monotonic clock. */
  until: number
  /** How often it could not be judged. */
  tries: number
  /** The last time. */
  why: string
}

/** By pause: when it ends, by the monotonic clock. */
export type Ends = Map<string, number>

export interface Shortage {
  /** One sentence. */
  reason: string
  /** Looked at again then, by the monotonic clock. */
  again: number
  /** Milliseconds since the epoch. */
  since: number
}

export interface MergeQueueWork {
  ticket: number
  attempt: number
  doing: 'merging' | 'verifying'
  since: number
}

/** Nobody works yet. */
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
