/** When something is told: at once, after the quiet hours, or with the digest. */
import { isUrgent, type NoticeKind } from './notice.ts'

export interface When {
  /** Minutes after midnight; `from` may be later than `to`. Null: none. */
  quietHours: { from: number; to: number } | null
  /** Minutes after midnight at which everything that is not urgent is told together; null: as it comes. */
  digest: number | null
  /** Such as `Europe/Berlin`. */
  timeZone: string
}

/** Milliseconds that anything waits at the most: for the digest, then for the end of the quiet hours. */
export const LONGEST_DUE = 3 * 86_400_000

/** What happens within this time is told together. */
export const TOGETHER_MS = 3000

/** Milliseconds since the epoch. Quiet hours hold back what is urgent, too. */
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

/** The next moment after `at` at which clocks there show this minute. */
function next(at: number, minute: number, timeZone: string): number {
  const start = Math.floor(at / MINUTE_MS) * MINUTE_MS
  const ahead = (minute - minuteOf(start, timeZone) + DAY) % DAY || DAY
  const guess = start + ahead * MINUTE_MS
  // Clocks that were put forward or back in between show something else then.
  const off = ((minute - minuteOf(guess, timeZone) + DAY + DAY / 2) % DAY) - DAY / 2
  const mended = guess + off * MINUTE_MS
  return mended > at ? mended : guess
}

/** One for each zone: making a format takes fifty times as long as using it. */
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

/** Minutes after midnight, as clocks there show it. */
function minuteOf(at: number, timeZone: string): number {
  const [hour, minute] = clockTime(at, timeZone).split(':').map(Number) as [number, number]
  return hour * 60 + minute
}

/** `16:05`, as clocks there show it. */
export const clockTime = (at: number, timeZone: string): string => clockThere(timeZone).format(at)

/** `2026-01-31`, as calendars there show it. */
export const dayOf = (at: number, timeZone: string): string => calendarThere(timeZone).format(at)

/** When the day of `at` began there; milliseconds since the epoch. */
export function startOfDay(at: number, timeZone: string): number {
  const guess = Math.floor(at / MINUTE_MS) * MINUTE_MS - minuteOf(at, timeZone) * MINUTE_MS
  // Clocks that were put forward or back since show something else than midnight.
  const off = minuteOf(guess, timeZone)
  const ahead = dayOf(guess, timeZone) === dayOf(at, timeZone) ? -off : (DAY - off) % DAY
  return guess + ahead * MINUTE_MS
}

const NOON = 12 * 60 * MINUTE_MS

/** When `2026-01-31` began there. */
export function startOfDate(date: string, timeZone: string): number {
  const noon = Date.parse(`${date}T00:00:00Z`) + NOON
  const within = [noon, noon - 2 * NOON, noon + 2 * NOON].find((at) => dayOf(at, timeZone) === date) ?? noon
  return startOfDay(within, timeZone)
}

/** `22:00` as minutes after midnight. */
export const minuteIn = (clock: string): number => {
  const [hour, minute] = clock.split(':').map(Number) as [number, number]
  return hour * 60 + minute
}
