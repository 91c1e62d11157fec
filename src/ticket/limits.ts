/** Usage limits of an account, and their ends, in the words of a harness or a model. */

/** Usage limit that a text reports. */
export interface Limit {
  /** End in milliseconds since the epoch; null when it is missing or not understood. */
  until: number | null
}

const LIMIT =
  /\b(usage|session|weekly|daily|rate|spending|5-hour) limit (has been )?(reached|exceeded|hit)|\b(hit|reached|exceeded) your (\w+[ -]){0,4}limit|\bquota (has been )?(exceeded|exhausted|reached)|\bexceeded your current quota|usage_limit_reached|limit reached\|\d{10}/i

/** Finds a usage limit in a text; null for none. `now` is milliseconds since the epoch. */
export function limitIn(text: string, now: number): Limit | null {
  return LIMIT.test(text) && !isUnusable(text) ? { until: resetIn(text, now) } : null
}

/** Patterns by cause: used up, requested and not paid, switched off, and a limit that somebody has set. */
const UNUSABLE = [
  /\bout of (extra usage|usage credits)|\borg(anization)? is out of usage|credit balance/i,
  /\b(requires|purchase|add funds to continue with) usage credits|\b(extra usage|usage credits) (is |are )?required/i,
  /\bwith 1M context is not available|\blong context .{0,40}(not (yet )?available|requires)/i,
  /\borganization (has been|is) disabled|\b(usage allocation|this service) (has been|is) disabled/i,
  /\bseat type (does not|doesn.t) include (extra )?usage/i,
  /\b(hit|reached) your ([\w'’]+ ){0,3}(spend|spending) limit|\busage limit is set to \$0/i,
]

/** True for a text that says that the account cannot be used until a person acts. */
export const isUnusable = (text: string): boolean => UNUSABLE.some((cause) => cause.test(text))

/** Finds the end of a limit in a text, in milliseconds since the epoch; null for none. */
export function resetIn(text: string, now: number): number | null {
  return stamped(text) ?? dated(text) ?? afterWhile(text, now) ?? atTime(text, now)
}

/** Reads `…reached|1763035200`, in seconds or milliseconds. */
function stamped(text: string): number | null {
  const found = /\|(\d{10})(\d{3})?\b/.exec(text)
  return found ? Number(found[1]) * 1000 + Number(found[2] ?? 0) : null
}

/** Reads `2026-01-31T09:00:00Z` or `2026-01-31 at 09:00 UTC`. */
function dated(text: string): number | null {
  const [, day, hour, zone = ''] =
    /\b(\d{4}-\d\d-\d\d)(?:T| at )(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z| ?UTC|[+-]\d\d:?\d\d)/.exec(text) ?? []
  const time = Date.parse(`${day}T${hour}${zone.endsWith('UTC') ? 'Z' : zone}`)
  return Number.isNaN(time) ? null : time
}

const UNITS: Record<string, number> = { d: 86_400, h: 3600, m: 60, s: 1 }

/** Reads `try again in 2 days 3 hours`, `reset after 3h22m10s`, `retry in 34.07s`. */
function afterWhile(text: string, now: number): number | null {
  const lasting =
    /\b(?:in|after)\s+((?:\d+(?:\.\d+)?\s*(?:days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)\b[\s,and]*)+)/i
  const compact = /\b(?:in|after)\s+((?:\d+(?:\.\d+)?[dhms])+)\b/i
  const found = (compact.exec(text) ?? lasting.exec(text))?.[1]
  if (found === undefined) return null
  let seconds = 0
  for (const [, count, unit] of found.matchAll(/(\d+(?:\.\d+)?)\s*([dhms])/gi))
    seconds += Number(count) * (UNITS[(unit as string).toLowerCase()] as number)
  return seconds > 0 ? Math.round(now + seconds * 1000) : null
}

/** Reads `resets 3pm (Europe/London)`, `try again at 10:30 PM`: the next such time; default zone: UTC. */
function atTime(text: string, now: number): number | null {
  const found =
    /\b(?:resets?|again|until|available)\b(?:\s+at)?\s+(\d{1,2})(?::(\d\d))?\s*([ap])\.?m\b\.?(?:\s*\(([\w/+-]+)\))?/i.exec(
      text,
    )
  if (!found) return null
  const [, hour, minute = '0', half, zone = 'UTC'] = found
  const wanted = ((Number(hour) % 12) + (half?.toLowerCase() === 'p' ? 12 : 0)) * 60 + Number(minute)
  const at = minutesOfDay(now, zone)
  if (at === null || wanted >= 1440) return null
  const wait = (wanted - at + 1440) % 1440
  return now - (now % 60_000) + (wait === 0 ? 1440 : wait) * 60_000
}

/** Minutes of the day that have passed in a zone; null when there is no such zone. */
function minutesOfDay(now: number, timeZone: string): number | null {
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      hour12: false,
    })
    const [hours, minutes] = format.format(now).split(':').map(Number)
    return ((hours as number) % 24) * 60 + (minutes as number)
  } catch {
    return null
  }
}
