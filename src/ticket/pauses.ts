/** Pauses of all claiming: the account, the model's service or the fleet has a problem, not a ticket. */
import { z } from 'zod'

export const CAUSES = [
  'person',
  'usage limit',
  'login expired',
  'overloaded',
  'no sandbox',
  'same failure',
  'budget',
  'main is red',
] as const
/** Cause of a pause. */
export type PauseCause = (typeof CAUSES)[number]

const Pause = z.object({
  cause: z.enum(CAUSES),
  /** Harness whose account is concerned; null when it stops everybody. */
  harness: z.string().nullable(),
  /** Explanation in one sentence. */
  reason: z.string(),
  /** Start in milliseconds since the epoch. */
  since: z.int(),
  /** Time of the next probe; null: until a person ends it. */
  until: z.int().nullable(),
  /** Number of failed probes in a row. */
  times: z.int(),
  /** Ticket that asks a person about it; closing that ends the pause. */
  ticket: z.int().nullable(),
})
/** Pause of all agents. */
export type Pause = z.infer<typeof Pause>

/** Parses the stored pauses, as they are believed at `now`; each cause occurs once. */
export const parsePauses = (text: string | null, now: number): Pause[] =>
  text === null
    ? []
    : z
        .array(Pause)
        .parse(JSON.parse(text))
        .map((pause) => (isBeyondBelief(pause, now) ? { ...pause, until: now } : pause))

/** True for an end that a wrong clock has written: the next probe may then begin at once. */
const isBeyondBelief = ({ cause, until }: Pause, now: number): boolean =>
  until !== null && until > now + LONGEST_PAUSES[cause]

/** Number of failed probes in a row when `cause` occurs once more. */
export function triesOf(pauses: Pause[], cause: PauseCause, now: number): number {
  const before = pauses.find((pause) => pause.cause === cause)
  if (!before) return 0
  // While it holds, others that were at work only say the same again.
  return before.times + (holds(before, now) ? 0 : 1)
}

/** Adds a pause, no longer than the longest of its cause: the same cause continues its former pause. */
export function withPause(pauses: Pause[], wanted: Omit<Pause, 'times'>): Pause[] {
  const most = wanted.since + LONGEST_PAUSES[wanted.cause]
  const fresh = { ...wanted, until: wanted.until === null ? null : Math.min(wanted.until, most) }
  const before = pauses.find(({ cause }) => cause === fresh.cause)
  const others = pauses.filter(({ cause }) => cause !== fresh.cause)
  const times = triesOf(pauses, fresh.cause, fresh.since)
  if (!before) return [...others, { ...fresh, times }]
  const until = holds(before, fresh.since) ? latest(before.until, fresh.until) : fresh.until
  return [...others, { ...fresh, since: before.since, until, times, ticket: fresh.ticket ?? before.ticket }]
}

const holds = ({ until }: Pause, now: number) => until === null || until > now

const latest = (one: number | null, other: number | null) =>
  one === null || other === null ? null : Math.max(one, other)

/** Chooses the pause that everybody waits for: a person's, else the longest. Null when there is none. */
export const longest = (pauses: Pause[]): Pause | null =>
  pauses.find(({ cause }) => cause === 'person') ??
  pauses.toSorted((a, b) => lasts(b) - lasts(a) || 0)[0] ??
  null

const lasts = ({ until }: Pause) => until ?? Number.MAX_SAFE_INTEGER

const SECOND = 1000
const SHORTEST = 60 * SECOND
const LONGEST = 7 * 86_400 * SECOND
/** Milliseconds to wait when no end was given. */
const UNSAID = 300 * SECOND
const JITTER = 60 * SECOND

/**
 * Time of the next probe for a usage limit. The given end may be nonsense, so it is limited to between a minute and a
 * week; and not everybody returns in the same second. `chance` is in [0, 1).
 */
export function afterReset(said: number | null, now: number, chance: number): number {
  const wait = said === null ? UNSAID : Math.min(LONGEST, Math.max(SHORTEST, said - now))
  return Math.round(now + wait + chance * JITTER)
}

/** Seconds to wait after `times` failed tries: doubled each time, an hour at most. */
export const doubled = (first: number, times: number): number =>
  Math.min(HOUR, first * 2 ** Math.min(times, 12))

/** Seconds of an hour. */
const HOUR = 3600

/** Maximum milliseconds that a pause lasts before a probe. A person's has no end. */
export const LONGEST_PAUSES: Readonly<Record<PauseCause, number>> = {
  person: 0,
  'usage limit': LONGEST + JITTER,
  'login expired': HOUR * SECOND,
  overloaded: HOUR * SECOND,
  'no sandbox': HOUR * SECOND,
  'same failure': 0,
  budget: 0,
  'main is red': 0,
}
