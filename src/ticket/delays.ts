/**
 * Back-off times of tickets, and words for them. A clock that was wrong for a minute leaves impossible times: one
 * further ahead than the longest wait counts as over.
 */
import { FAILURES, longestBackoff } from './failures.ts'
import { GIVEN_BACK_WAIT } from './giving-back.ts'
import { timestamp } from './json.ts'
import { GIVEN_BACK } from './ticket.ts'

/** Longest back-off for each cause, in milliseconds. */
export const LONGEST_WAITS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    Object.keys(FAILURES).map((reason) => [reason, longestBackoff(reason as keyof typeof FAILURES)]),
  ),
  [GIVEN_BACK]: GIVEN_BACK_WAIT,
}

/** Longest back-off of all, in milliseconds. */
export const LONGEST_WAIT = Math.max(...Object.values(LONGEST_WAITS))

/** Moment after which no back-off that is believed at `now` ends. Milliseconds since the epoch. */
export const beyondBelief = (now: number): number => now + LONGEST_WAIT

/** True when the end of a back-off is in the future and plausible. */
export const backsOff = (notBefore: number | null, now: number): notBefore is number =>
  notBefore !== null && notBefore > now && notBefore <= beyondBelief(now)

/** Reasons for a back-off in words, where the cause does not explain itself. */
const WHY: Readonly<Record<string, string>> = {
  [GIVEN_BACK]: 'its agent gave it back',
  'did nothing': 'its agent changed nothing',
  'harness crash': 'the harness of its agent crashed',
  hang: 'its agent hung',
  overloaded: 'the model is overloaded',
  infrastructure: 'the machine or the network failed',
}

/**
 * Describes a back-off: `not before 2026-01-31 14:05:09 UTC, in 40 s: its agent gave it back`; null when there is none
 * at `now`.
 */
export function backOffIn(
  { notBefore, delay }: { notBefore: number | null; delay: string | null },
  now: number,
): string | null {
  if (!backsOff(notBefore, now)) return null
  const why = delay === null ? '' : `: ${WHY[delay] ?? delay}`
  return `not before ${timestamp(notBefore)} UTC, in ${lasting(notBefore - now)}${why}`
}

/** Formats a duration: `40 s`, `12 min`. */
function lasting(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return seconds < 100 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}
