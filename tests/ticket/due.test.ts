import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayOf, dueAt, minuteIn, TOGETHER_MS, type When } from '../../src/ticket/due.ts'
import type { NoticeKind } from '../../src/ticket/notice.ts'

const when = (quiet: string | null, digest: string | null = null, timeZone = 'UTC'): When => {
  const [from, to] = (quiet ?? '').split('-').map(minuteIn) as [number, number]
  return { quietHours: quiet ? { from, to } : null, digest: digest ? minuteIn(digest) : null, timeZone }
}
const at = (iso: string) => Date.parse(iso)
const due = (iso: string, kind: NoticeKind, how: When) =>
  new Date(dueAt(at(iso), kind, how)).toISOString().slice(0, 19)

describe('what must be told', () => {
  it.each([
    [
      'at once, but for what happens together',
      '2026-01-01T12:00:00Z',
      'question',
      when(null),
      '2026-01-01T12:00:03',
    ],
    ['after the quiet hours', '2026-01-01T23:30:00Z', 'question', when('22:00-07:00'), '2026-01-02T07:00:00'],
    [
      'after the quiet hours that began yesterday',
      '2026-01-01T06:59:00Z',
      'question',
      when('22:00-07:00'),
      '2026-01-01T07:00:00',
    ],
    [
      'at once when the quiet hours are over',
      '2026-01-01T07:00:00Z',
      'question',
      when('22:00-07:00'),
      '2026-01-01T07:00:03',
    ],
    [
      'after quiet hours at noon',
      '2026-01-01T12:10:00Z',
      'question',
      when('12:00-13:00'),
      '2026-01-01T13:00:00',
    ],
    ['with the digest', '2026-01-01T10:00:00Z', 'proposal', when(null, '18:00'), '2026-01-01T18:00:00'],
    [
      'with the digest of tomorrow',
      '2026-01-01T18:00:00Z',
      'proposal',
      when(null, '18:00'),
      '2026-01-02T18:00:00',
    ],
    [
      'at once when it is urgent, digest or not',
      '2026-01-01T10:00:00Z',
      'question',
      when(null, '18:00'),
      '2026-01-01T10:00:03',
    ],
    [
      'with a digest that falls into quiet hours after them',
      '2026-01-01T10:00:00Z',
      'landed',
      when('22:00-07:00', '23:00'),
      '2026-01-02T07:00:00',
    ],
    [
      'by the clocks of the time zone',
      '2026-01-01T22:30:00Z',
      'question',
      when('22:00-07:00', null, 'Asia/Tokyo'),
      '2026-01-01T22:30:03',
    ],
    [
      'by the clocks of the time zone, when it is night there',
      '2026-01-01T13:30:00Z',
      'question',
      when('22:00-07:00', null, 'Asia/Tokyo'),
      '2026-01-01T22:00:00',
    ],
    [
      'by clocks that are put forward in the night',
      '2026-03-29T00:30:00Z',
      'question',
      when('22:00-07:00', null, 'Europe/Berlin'),
      '2026-03-29T05:00:00',
    ],
    [
      'by clocks that are put back in the night',
      '2026-10-25T00:30:00Z',
      'question',
      when('22:00-07:00', null, 'Europe/Berlin'),
      '2026-10-25T06:00:00',
    ],
  ] as const)('is told %s', (_, iso, kind, how, expected) => {
    expect(due(iso, kind, how)).toBe(expected)
  })

  it('is never told earlier than it happened, nor more than two days and an hour later', () => {
    const minute = fc.integer({ min: 0, max: 1439 })
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Chatham')
    const span = fc.option(fc.record({ from: minute, to: minute }).filter(({ from, to }) => from !== to))
    const moment = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') })
    fc.assert(
      fc.property(moment, span, fc.option(minute), zone, (now, quietHours, digest, timeZone) => {
        const told = dueAt(now, 'proposal', { quietHours, digest, timeZone })
        expect(told).toBeGreaterThan(now)
        expect(told - now).toBeLessThanOrEqual(49 * 3_600_000 + TOGETHER_MS)
      }),
    )
  })
})

it('knows the day as calendars there show it', () => {
  expect(dayOf(at('2026-01-01T23:30:00Z'), 'Europe/Berlin')).toBe('2026-01-02')
  expect(dayOf(at('2026-01-01T23:30:00Z'), 'UTC')).toBe('2026-01-01')
})
