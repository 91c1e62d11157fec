/** Failures of attempts and their consequences: one row a class, one table. */
import type { SendBackReason } from './events.ts'

/** Consequences of a class of failures. */
export interface Failure {
  /** True when the attempt counts against its ticket; three such attempts bring it to a person. */
  charged: boolean
  /** Seconds before the ticket may be claimed again; doubled for each such failure in a row. */
  backoff: number
  /** True when the ticket goes to the head of its priority, the first time: its work is saved and nearly done. */
  front: boolean
  /**
   * Pause of all agents, since the cause is not the ticket's: seconds, doubled for each failed try, or until the
   * account works again, a person answers, or `main` is green (once two attempts have met a red one). Null: the others
   * continue.
   */
  pause: number | 'until the reset' | 'until a person answers' | 'until main is green' | null
  /** True when a person is asked, once, while everybody waits. */
  asks: boolean
  /** Number of times in a row before a person is asked so. */
  tries: number
  /** True when the ticket goes to a person at once: another try would meet the same wall. */
  person: boolean
  /** Number of times that the same session is resumed within the attempt, before it counts as failed. */
  goOn: number
  /** Number of different tickets that must fail so in a row before everybody waits, and a person is asked. */
  alike: number
  /** True when the next attempt resumes the same session: the agent's own thinking was not the cause. */
  sameSession: boolean
}

const row = (charged: boolean, backoff: number, more: Partial<Failure> = {}): Failure => ({
  charged,
  backoff,
  front: false,
  pause: null,
  asks: false,
  tries: 1,
  person: false,
  goOn: 0,
  alike: 3,
  sameSession: false,
  ...more,
})

/**
 * Table of failures. A cause in the ticket itself is charged. One in the machine, the account or the network is not:
 * that would only burn the queue.
 */
export const FAILURES: Record<SendBackReason, Failure> = {
  'gate red': row(true, 0, { front: true }),
  conflict: row(true, 0, { front: true, sameSession: true }),
  rejected: row(true, 0, { front: true, sameSession: true }),
  'pre-existing': row(false, 30, { pause: 'until main is green', asks: true, sameSession: true }),
  'did nothing': row(true, 5),
  'sandbox full': row(true, 5, { goOn: 1 }),
  'harness crash': row(true, 5),
  hang: row(true, 5),
  'turn limit': row(true, 0, { goOn: 2, person: true }),
  'too long': row(true, 0, { person: true }),
  refusal: row(true, 60, { alike: 2 }),
  budget: row(true, 0, { person: true }),
  'swarm budget': row(false, 0, {
    front: true,
    pause: 'until a person answers',
    asks: true,
    sameSession: true,
  }),
  'usage limit': row(false, 0, { front: true, pause: 'until the reset', sameSession: true }),
  overloaded: row(false, 30, { pause: 30, sameSession: true }),
  'login expired': row(false, 0, { front: true, pause: 60, asks: true, sameSession: true }),
  'no sandbox': row(false, 0, { front: true, pause: 20, asks: true, tries: 2, sameSession: true }),
  infrastructure: row(false, 30, { sameSession: true }),
}

/** Writes the reason why an attempt was sent back: the class, a colon and what happened. */
export const reasonOf = (failure: SendBackReason, detail: string): string => `${failure}: ${detail}`

/** Gives what happened, out of a reason that `reasonOf` wrote. */
export const detailOf = (failure: SendBackReason, reason: string): string => reason.slice(failure.length + 2)

/** Charged attempts after which a ticket goes to a person. */
export const ENOUGH = 3

/** Uncharged failed attempts in a row after which a person is asked nevertheless. */
export const ENOUGH_UNCHARGED = 6

/** Attempts that end red only where `main` is red, after which everybody waits and a person is asked. */
export const ENOUGH_RED = 2

/** Milliseconds that a ticket backs off after `reason`, which also ended the `before` attempts before this one. */
export function backoff(reason: SendBackReason, before: number): number {
  return FAILURES[reason].backoff * 1000 * 2 ** Math.min(before, MOST_DOUBLINGS)
}

const MOST_DOUBLINGS = 6

/** Maximum milliseconds that a ticket backs off after `reason`. */
export const longestBackoff = (reason: SendBackReason): number => backoff(reason, MOST_DOUBLINGS)

/** Milliseconds within which tickets must fail alike, for a class where so few are enough that chance could do it. */
export const alikeWithin = (reason: SendBackReason): number =>
  FAILURES[reason].alike < 3 ? 10 * 60_000 : Number.POSITIVE_INFINITY

/**
 * Common part of equal failures: the class, and the detail without its numbers, paths and ids. Of a gate it is the end
 * of its output: the last line alone is the same for every red test. Null for a class that has a pause of its own, or
 * says nothing about the fleet.
 */
export function signature(reason: SendBackReason, detail: string): string | null {
  if (FAILURES[reason].pause !== null || reason === 'rejected' || reason === 'conflict') return null
  const lines = detail.split('\n').filter((line) => line.trim() !== '')
  const telling = (reason === 'gate red' ? lines.slice(-20) : lines.slice(0, 1)).join('\n')
  const plain = telling
    .toLowerCase()
    .replace(/[\w.-]*\/[\w./-]*/g, '…')
    .replace(/\b[0-9a-f]{7,}\b|\d+/g, '#')
  return `${reason}: ${plain.trim()}`
}
