/**
 * How long a ticket may back off, and in which words that is told. A clock that was wrong for a minute leaves times that
 * nothing can mean: what lies further ahead than the longest wait there is counts as over.
 */
import { FAILURES, longestBackoff } from './failures.ts'
import { GIVEN_BACK_WAIT } from './giving-back.ts'
import { timestamp } from './json.ts'
import { GIVEN_BACK } from './ticket.ts'

/** Milliseconds of the longest back-off for each cause. */
export const LONGEST_WAITS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    Object.keys(FAILURES).map((reason) => [reason, longestBackoff(reason as keyof typeof FAILURES)]),
  ),
  [GIVEN_BACK]: GIVEN_BACK_WAIT,
}

/** Milliseconds of the longest back-off of all. */
export const LONGEST_WAIT = Math.max(...Object.values(LONGEST_WAITS))

/** No back-off that is believed at `now` ends after this moment. Milliseconds since the epoch. */
export const beyondBelief = (now: number): number => now + LONGEST_WAIT

/** Whether the time up to which a ticket backs off is still to come, and one that can be meant. */
export const backsOff = (notBefore: number | null, now: number): notBefore is number =>
  notBefore !== null && notBefore > now && notBefore <= beyondBelief(now)

/** Why a ticket backs off, in words, where the cause does not say it itself. */
const WHY: Readonly<Record<string, string>> = {
  [GIVEN_BACK]: 'its agent gave it back',
  'did nothing': 'its agent changed nothing',
  'harness crash': 'the harness of its agent crashed',
  hang: 'its agent hung',
  overloaded: 'the model is overloaded',
  infrastructure: 'the machine or the network failed',
}

/** `not before 2026-01-31 14:05:09 UTC, in 40 s: its agent gave it back`; null when nothing holds it up at `now`. */
export function backOffIn(
  { notBefore, delay }: { notBefore: number | null; delay: string | null },
  now: number,
): string | null {
  if (!backsOff(notBefore, now)) return null
  const why = delay === null ? '' : `: ${WHY[delay] ?? delay}`
  return `not before ${timestamp(notBefore)} UTC, in ${lasting(notBefore - now)}${why}`
}

/** `40 s`, `12 min` */
function lasting(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return seconds < 100 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}
