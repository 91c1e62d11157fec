/** Due times of notices: at once, after the quiet hours, or with the digest. */
import { isUrgent, type NoticeKind } from './notice.ts'

/** Preferences of a channel. */
export interface When {
  /** Quiet hours in minutes after midnight; `from` may be later than `to`. Null: none. */
  quietHours: { from: number; to: number } | null
  /** Time of the digest of everything that is not urgent, in minutes after midnight; null: no digest. */
  digest: number | null
  /** Time zone such as `Europe/Berlin`. */
  timeZone: string
}

/** Maximum delay in milliseconds: for the digest, then for the end of the quiet hours. */
export const LONGEST_DUE = 3 * 86_400_000

/** Milliseconds within which events share a message. */
export const TOGETHER_MS = 3000

/** Due time in milliseconds since the epoch. Quiet hours delay urgent notices, too. */
export function dueAt(at: number, kind: NoticeKind, { quietHours, digest, timeZone }: When): number {
  const due = digest !== null && !isUrgent(kind) ? next(at, digest, timeZone) : at + TOGETHER_MS
  return quietHours && isWithin(minuteOf(due, timeZone), quietHours)
    ? next(due, quietHours.to, timeZone)
    : due
}

const isWithin = (minute: number, { from, to }: { from: number; to: number }) =>
  from <= to ? from <= minute && minute < to : minute >= from || minute < to

const DAY = 24 * 60
const MINUTE_MS = 60_000

/** Finds the next moment after `at` at which clocks there show this minute. */
function next(at: number, minute: number, timeZone: string): number {
  const start = Math.floor(at / MINUTE_MS) * MINUTE_MS
  const ahead = (minute - minuteOf(start, timeZone) + DAY) % DAY || DAY
  const guess = start + ahead * MINUTE_MS
  // Clocks that were put forward or back in between show something else then.
  const off = ((minute - minuteOf(guess, timeZone) + DAY + DAY / 2) % DAY) - DAY / 2
  const mended = guess + off * MINUTE_MS
  return mended > at ? mended : guess
}

/** Makes formatters, one per zone: making a format takes fifty times as long as using it. */
function perZone(
  locale: string,
  options: Intl.DateTimeFormatOptions,
): (timeZone: string) => Intl.DateTimeFormat {
  const made = new Map<string, Intl.DateTimeFormat>()
  return (timeZone) => {
    const known = made.get(timeZone)
    if (known) return known
    const format = new Intl.DateTimeFormat(locale, { ...options, timeZone })
    made.set(timeZone, format)
    return format
  }
}

const clockThere = perZone('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const calendarThere = perZone('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' })

/** Minutes after midnight on clocks there. */
function minuteOf(at: number, timeZone: string): number {
  const [hour, minute] = clockTime(at, timeZone).split(':').map(Number) as [number, number]
  return hour * 60 + minute
}

/** Time on clocks there, such as `16:05`. */
export const clockTime = (at: number, timeZone: string): string => clockThere(timeZone).format(at)

/** Date in calendars there, such as `2026-01-31`. */
export const dayOf = (at: number, timeZone: string): string => calendarThere(timeZone).format(at)

/** Beginning of the day of `at` there; milliseconds since the epoch. */
export function startOfDay(at: number, timeZone: string): number {
  const guess = Math.floor(at / MINUTE_MS) * MINUTE_MS - minuteOf(at, timeZone) * MINUTE_MS
  // Clocks that were put forward or back since show something else than midnight.
  const off = minuteOf(guess, timeZone)
  const ahead = dayOf(guess, timeZone) === dayOf(at, timeZone) ? -off : (DAY - off) % DAY
  return guess + ahead * MINUTE_MS
}

const NOON = 12 * 60 * MINUTE_MS

/** Beginning of a date such as `2026-01-31` there; milliseconds since the epoch. */
export function startOfDate(date: string, timeZone: string): number {
  const noon = Date.parse(`${date}T00:00:00Z`) + NOON
  const within = [noon, noon - 2 * NOON, noon + 2 * NOON].find((at) => dayOf(at, timeZone) === date) ?? noon
  return startOfDay(within, timeZone)
}

/** Converts `22:00` to minutes after midnight. */
export const minuteIn = (clock: string): number => {
  const [hour, minute] = clock.split(':').map(Number) as [number, number]
  return hour * 60 + minute
}
