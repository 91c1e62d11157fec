import { describe, expect, it } from 'vitest'
import { backOffIn, beyondBelief, LONGEST_WAIT, LONGEST_WAITS } from '../../src/ticket/delays.ts'
import { SEND_BACK_REASONS } from '../../src/ticket/events.ts'
import { backoff } from '../../src/ticket/failures.ts'
import { isClaimable } from '../../src/ticket/order.ts'
import { NOW, ticketIn } from './states.ts'

const backingOff = (notBefore: number | null, delay: string | null = 'given back') => ({
  ...ticketIn('open'),
  stage: { status: 'open', assignedTo: null, notBefore, delay, front: false } as const,
})

describe('a back-off', () => {
  it.each(SEND_BACK_REASONS)('is no longer than its cause allows, however often it came: %s', (reason) => {
    for (const before of [0, 1, 6, 7, 1000])
      expect(backoff(reason, before)).toBeLessThanOrEqual(LONGEST_WAITS[reason] ?? Number.NaN)
  })

  it.each([
    ['in a second', NOW + 1000, false],
    ['at the end of the longest there is', NOW + LONGEST_WAIT, false],
    ['a moment later: nothing can mean that', beyondBelief(NOW) + 1, true],
    ['in a year', NOW + 365 * 86_400_000, true],
    ['now', NOW, true],
    ['never', null, true],
  ])('that ends %s', (_, notBefore, claimable) =>
    expect(isClaimable(backingOff(notBefore), NOW, 0)).toBe(claimable),
  )

  it.each([
    [40_000, 'given back', 'not before 2026-01-01 00:00:40 UTC, in 40 s: its agent gave it back'],
    [
      1_800_000,
      'infrastructure',
      'not before 2026-01-01 00:30:00 UTC, in 30 min: the machine or the network failed',
    ],
    [1, 'some new cause', 'not before 2026-01-01 00:00:00 UTC, in 1 s: some new cause'],
    [1000, null, 'not before 2026-01-01 00:00:01 UTC, in 1 s'],
  ])('is told with its end and its cause: %s ms, %s', (ms, delay, words) =>
    expect(backOffIn({ notBefore: NOW + ms, delay }, NOW)).toBe(words),
  )

  it('that is over is not told', () => {
    for (const notBefore of [null, NOW, NOW - 1, beyondBelief(NOW) + 1])
      expect(backOffIn({ notBefore, delay: 'hang' }, NOW)).toBeNull()
  })
})
