/** Why attempts fail, and what follows: one row a class, one table. */
import type { BounceReason } from './events.ts'

export interface Failure {
  /** Whether the attempt counts against its ticket; three that count bring it to a person. */
  charged: boolean
  /** Seconds before the ticket may be claimed again; doubled for each attempt already charged. */
  backoff: number
  /** Whether the ticket goes to the head of its priority: only where its work is kept and nearly done. */
  front: boolean
  /** Seconds for which no agent claims anything, because the cause is not the ticket's; 0 for none. */
  pause: number
  /** Whether the ticket goes to a person at once: trying again would only meet the same wall. */
  person: boolean
}

const row = (charged: boolean, backoff: number, more: Partial<Failure> = {}): Failure => ({
  charged,
  backoff,
  front: false,
  pause: 0,
  person: false,
  ...more,
})

/**
 * A cause that is the ticket's own is charged. One that is the machine's, the account's or the network's is not:
 * it would only burn the queue.
 */
export const FAILURES: Record<BounceReason, Failure> = {
  'gate red': row(true, 0, { front: true }),
  conflict: row(true, 0, { front: true }),
  rejected: row(true, 0, { front: true }),
  'pre-existing': row(false, 0, { person: true }),
  'did nothing': row(true, 5),
  'harness crash': row(true, 5),
  hang: row(true, 5),
  'turn limit': row(true, 0, { front: true }),
  budget: row(true, 0, { person: true }),
  'usage limit': row(false, 0, { front: true, pause: 300 }),
  overloaded: row(false, 30, { pause: 30 }),
  'login expired': row(false, 0, { front: true, pause: 60 }),
  infrastructure: row(false, 30, { pause: 5 }),
}

/** Charged attempts after which a ticket goes to a person. */
export const ENOUGH = 3

/** Milliseconds that a ticket backs off after `reason`, with `charged` attempts already counted. */
export function backoff(reason: BounceReason, charged: number): number {
  return FAILURES[reason].backoff * 1000 * 2 ** Math.min(charged, 6)
}
