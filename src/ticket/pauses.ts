/** Why nobody claims anything: what is wrong with the account, the model's service or the fleet, not with a ticket. */
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
export type PauseCause = (typeof CAUSES)[number]

const Pause = z.object({
  cause: z.enum(CAUSES),
  /** Whose account it is; null when it stops everybody, whatever harness they use. */
  harness: z.string().nullable(),
  /** One sentence. */
  reason: z.string(),
  /** Milliseconds since the epoch. */
  since: z.int(),
  /** Then one attempt tries whether it is over; null: until a person says so. */
  until: z.int().nullable(),
  /** How often in a row it was tried and was not over. */
  times: z.int(),
  /** What asks a person about it; closing that ends the pause. */
  ticket: z.int().nullable(),
})
export type Pause = z.infer<typeof Pause>

/** From what the store keeps, as it is believed at `now`; one cause is there once. */
export const parsePauses = (text: string | null, now: number): Pause[] =>
  text === null
    ? []
    : z
        .array(Pause)
        .parse(JSON.parse(text))
        .map((pause) => (isBeyondBelief(pause, now) ? { ...pause, until: now } : pause))

/** A clock that was wrong for a minute may have said when it ends: then that may be tried at once. */
const isBeyondBelief = ({ cause, until }: Pause, now: number): boolean =>
  until !== null && until > now + LONGEST_PAUSES[cause]

/** How often in a row it has been tried by now and was not over, when `cause` is met once more. */
export function triesOf(pauses: Pause[], cause: PauseCause, now: number): number {
  const before = pauses.find((pause) => pause.cause === cause)
  if (!before) return 0
  // While it holds, others that were at work only say the same again.
  return before.times + (holds(before, now) ? 0 : 1)
}

/** With a new one, that lasts no longer than any of its cause does: the same cause goes on from what it was. */
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

/** What everybody waits for: the person who said so, else what takes longest. */
export const longest = (pauses: Pause[]): Pause | null =>
  pauses.find(({ cause }) => cause === 'person') ??
  pauses.toSorted((a, b) => lasts(b) - lasts(a) || 0)[0] ??
  null

const lasts = ({ until }: Pause) => until ?? Number.MAX_SAFE_INTEGER

const SECOND = 1000
const SHORTEST = 60 * SECOND
const LONGEST = 7 * 86_400 * SECOND
/** When nobody said how long. */
const UNSAID = 300 * SECOND
const JITTER = 60 * SECOND

/**
 * When to try whether a usage limit is over. What was said may be nonsense, so it is kept within a minute and a week;
 * and not everybody comes back in the same second. `chance` is from 0 up to 1.
 */
export function afterReset(said: number | null, now: number, chance: number): number {
  const wait = said === null ? UNSAID : Math.min(LONGEST, Math.max(SHORTEST, said - now))
  return Math.round(now + wait + chance * JITTER)
}

/** Seconds to wait after `times` tries that failed: doubled each time, an hour at most. */
export const doubled = (first: number, times: number): number =>
  Math.min(HOUR, first * 2 ** Math.min(times, 12))

/** Seconds. */
const HOUR = 3600

/** Milliseconds that a pause lasts at the most before one attempt tries whether it is over. A person's has no end. */
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
