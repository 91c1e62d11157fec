import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  afterReset,
  CAUSES,
  doubled,
  LONGEST_PAUSES,
  longest,
  type Pause,
  parsePauses,
  withPause,
} from '../../src/ticket/pauses.ts'

const NOW = Date.UTC(2026, 0, 1)
const MINUTE = 60_000
const DAY = 86_400_000
const minutes = (until: number) => (until - NOW) / MINUTE

describe('the pause that people are told of', () => {
  const pause = (cause: Pause['cause'], until: number | null): Pause => ({
    ...{ cause, harness: null, reason: cause, since: NOW, until, times: 0, ticket: null },
  })
  it("is a person's own, whatever else there is", () =>
    expect(longest([pause('budget', null), pause('person', null), pause('main is red', null)])?.cause).toBe(
      'person',
    ))
})

describe('when to try whether a usage limit is over', () => {
  it.each([
    ['in an hour', NOW + 60 * MINUTE, 60],
    ['a second from now: a minute at least', NOW + 1000, 1],
    ['long ago', 0, 1],
    ['in a year: a week at most', NOW + 365 * DAY, 7 * 24 * 60],
    ['nobody knows', null, 5],
  ])('said: %s', (_, said, expected) => expect(minutes(afterReset(said, NOW, 0))).toBe(expected))

  it('is spread over a minute by chance, so that not everybody comes back in the same second', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (chance) => {
        const late = afterReset(NOW + 10 * MINUTE, NOW, chance) - (NOW + 10 * MINUTE)
        expect(late).toBeGreaterThanOrEqual(0)
        expect(late).toBeLessThanOrEqual(MINUTE)
      }),
    )
  })

  it('doubles up to an hour', () => {
    expect([0, 1, 2, 5, 6, 7, 1000].map((times) => doubled(60, times))).toEqual([
      60, 120, 240, 1920, 3600, 3600, 3600,
    ])
  })
})

describe('pauses', () => {
  const fresh = (more: Partial<Pause> = {}): Omit<Pause, 'times'> => ({
    ...{ cause: 'overloaded', harness: 'claude', reason: 'Overloaded.', since: NOW, ticket: null },
    ...{ until: NOW + MINUTE, ...more },
  })

  it('count a cause once while it holds, whoever meets it, and keep the later end', () => {
    const twice = withPause(withPause([], fresh()), fresh({ since: NOW + 1, until: NOW + MINUTE / 2 }))
    expect(twice).toEqual([{ ...fresh(), times: 0 }])
  })

  it('count a cause again when it was tried after its end', () => {
    const late = fresh({ since: NOW + MINUTE, until: NOW + 3 * MINUTE })
    expect(withPause(withPause([], fresh()), late)).toEqual([{ ...late, since: NOW, times: 1 }])
  })

  it('hold beside each other, and the one that takes longest is the one to tell of', () => {
    const person = fresh({ cause: 'person', harness: null, until: null })
    const both = withPause(withPause([], fresh()), person)
    expect(both.map(({ cause }) => cause)).toEqual(['overloaded', 'person'])
    expect(longest(both)?.cause).toBe('person')
    expect(longest([])).toBeNull()
  })

  it.each(CAUSES)('end after the longest that there is of their cause, whatever was written: %s', (cause) => {
    const most = LONGEST_PAUSES[cause]
    const [written] = withPause([], fresh({ cause, until: NOW + 365 * DAY }))
    expect(written?.until).toBe(NOW + most)
    const stored = (until: number) => JSON.stringify([{ ...fresh({ cause, until }), times: 0 }])
    expect(parsePauses(stored(NOW + most), NOW)[0]?.until).toBe(NOW + most)
    expect(parsePauses(stored(NOW + most + 1), NOW)[0]?.until).toBe(NOW)
  })

  it('are read back as they were written, and nonsense is refused', () => {
    const pauses = withPause([], fresh())
    expect(parsePauses(JSON.stringify(pauses), NOW)).toEqual(pauses)
    expect(parsePauses(null, NOW)).toEqual([])
    expect(() => parsePauses('[{"cause":"boredom"}]', NOW)).toThrow()
  })
})
