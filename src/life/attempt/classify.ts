/**
 * Class of a run's end. A usage limit is found in three ways, since each of them misses some: the gateway's view of the
 * wire, an event of the harness, and the words at the end. The first stands before the harness's own reason. The fault
 * of a run that stood still while its model gave no answer is the model's, not the ticket's.
 */

import type { ModelNews, Seen } from '../../ports/gateway.ts'
import type { HarnessEnd, HarnessEvent } from '../../ports/harness.ts'
import type { World } from '../../ports/world.ts'
import { clockTime } from '../../ticket/due.ts'
import { isUnusable, limitIn, resetIn } from '../../ticket/limits.ts'
import { firstLine } from '../../ticket/sentences.ts'
import { unansweredSentence } from '../../ticket/unanswered.ts'
import { zoneOf } from '../limits/costs.ts'

/** Observations during a run. */
export interface Watched {
  /** Newest limit that an event reported; null for none. */
  limit: { until: number | null } | null
  /** True when the run began a session: its first prompt is all that the model was asked. */
  began: boolean
  /** True once the model has called a tool: it answers, and its words are no longer about the account. */
  worked: boolean
  lastText: string
}

/** Makes the observations before a run in this session; null begins one. */
export const nothingYet = (session: string | null): Watched => ({
  ...{ limit: null, began: session === null, worked: false, lastText: '' },
})

/** Adds an event to the observations. */
export function saw(watched: Watched, event: HarnessEvent): void {
  if (event.type === 'limit') watched.limit = { until: event.until }
  if (event.type === 'text') watched.lastText = event.text
  if (event.type === 'tool_start') watched.worked = true
}

/**
 * Tells whether the model has said something since a run began, although it has called no tool. `before`: tokens until
 * then.
 */
export const spoke = ({ type }: HarnessEvent, seen: Pick<Seen, 'usage' | 'news'>, before: number): boolean =>
  type === 'text' && seen.news() === null && seen.usage().outputTokens > before

/**
 * Circumstances of a run's end, as the gateway has seen them; `silence`: that the model gave no answer, in a sentence.
 */
export interface Around {
  news: ModelNews | null
  silence: string | null
  /** Milliseconds since the epoch. */
  now: number
}

/** Reads the circumstances of a run's end. */
export function around({ clock, settings }: Pick<World, 'clock' | 'settings'>, seen: Seen): Around {
  const unanswered = seen.unanswered()
  const time = (at: number) => clockTime(at, zoneOf(settings().timeZone))
  return {
    news: seen.news(),
    silence: unanswered && unansweredSentence(unanswered, time),
    now: clock.now(),
  }
}

/** Classifies the end of a run; also one that claims success but only reported a limit. */
export function classify(end: HarnessEnd, watched: Watched, { news, silence, now }: Around): HarnessEnd {
  if (end.ok && watched.worked) return end
  if (end.ok) {
    const said = saidLimit(end, end.summary, now)
    return said ?? (watched.limit ? limited(end, LIMIT, watched.limit.until) : end)
  }
  if (news) return { ...end, reason: news.kind, detail: news.sentence, until: news.until }
  if (end.reason === 'hang' && silence !== null)
    return { ...end, reason: 'overloaded', detail: `${silence} ${end.detail}` }
  if (end.reason === 'usage limit')
    return { ...end, until: end.until ?? watched.limit?.until ?? resetIn(end.detail, now) }
  // A session that has grown too long is no fault of what the ticket says.
  if (end.reason === 'too long' && !(watched.began && !watched.worked))
    return { ...end, reason: 'turn limit', detail: `The context window is full: ${end.detail}` }
  if (UNCLEAR.has(end.reason)) {
    const unusable = [end.detail, watched.lastText].find(isUnusable)
    if (unusable !== undefined)
      return { ...end, reason: 'login expired', detail: `The account cannot be used: ${firstLine(unusable)}` }
    if (watched.limit) return limited(end, LIMIT, watched.limit.until)
    return saidLimit(end, end.detail, now) ?? saidLimit(end, watched.lastText, now) ?? end
  }
  return end
}

/** Classes that a harness gives what it does not understand. */
const UNCLEAR = new Set(['harness crash', 'refusal', 'overloaded', 'infrastructure'])

const LIMIT = 'The account has reached its limit.'

function saidLimit(end: HarnessEnd, text: string, now: number): HarnessEnd | null {
  const limit = limitIn(text, now)
  return limit && limited(end, text, limit.until)
}

const limited = ({ session, usage }: HarnessEnd, detail: string, until: number | null): HarnessEnd => ({
  ...{ ok: false, session, usage, until },
  ...{ reason: 'usage limit', detail },
})
