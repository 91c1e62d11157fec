/** News of the account in an answer of the model's side: one table, the first row that matches. */
import { z } from 'zod'
import type { ModelNews } from '../../ports/gateway.ts'
import { isUnusable } from '../../ticket/limits.ts'

/** Answer of the model's side. */
export interface Told {
  status: number
  /** Headers with lower-case names. */
  headers: Record<string, string | string[] | undefined>
  /** Beginning of the body of a failed answer. */
  body: string
  /** Time of the answer in milliseconds since the epoch. */
  now: number
}

/** Advice about a refused credential. */
export const TRY_IT = ": check it with 'swarm auth test'."

interface Row {
  when: (told: Told) => boolean
  news: (told: Told) => ModelNews
}

const ROWS: Row[] = [
  {
    when: ({ status, body }) => status === 402 || isUnusable(body),
    news: (told) => ({
      kind: 'login expired',
      until: null,
      sentence: `The model's account cannot be used${said(told)}.`,
    }),
  },
  {
    when: (told) => told.status === 429 && (isUsedUp(told) || wait(told) >= LONG_MS),
    news: (told) => ({
      kind: 'usage limit',
      until: until(told),
      sentence: `The model's account has reached its limit${said(told)}.`,
    }),
  },
  {
    when: ({ status }) => status === 429 || status >= 500,
    news: (told) => ({
      kind: 'overloaded',
      until: until(told),
      sentence: `The model is overloaded or down (${told.status})${said(told)}.`,
    }),
  },
  {
    when: ({ status }) => status === 401 || status === 403,
    news: (told) => ({
      kind: 'login expired',
      until: null,
      sentence: `The model refuses the credential (${told.status})${said(told)}${TRY_IT}`,
    }),
  },
]

/** Milliseconds below which a limit is one of requests per minute: harnesses wait for that themselves. */
const LONG_MS = 60_000
/** Milliseconds beyond which a reset time is not believed. */
const WEEK_MS = 7 * 86_400_000

/** Finds news in an answer; null when it concerns only this one request. */
export const newsOf = (told: Told): ModelNews | null =>
  told.status < 400 ? null : (ROWS.find(({ when }) => when(told))?.news(told) ?? null)

const text = ({ headers }: Told, name: string): string => String(headers[name] ?? '')

const isUsedUp = (told: Told): boolean =>
  text(told, 'anthropic-ratelimit-unified-status') === 'rejected' || /usage.limit/i.test(told.body)

function until(told: Told): number | null {
  const reset = Number(text(told, 'anthropic-ratelimit-unified-reset')) || inBody(told.body)
  const at = reset ? reset * 1000 : wait(told) > 0 ? told.now + wait(told) : null
  return at === null || at <= told.now ? null : Math.min(at, told.now + WEEK_MS)
}

/** Milliseconds to wait, from `retry-after` in seconds or as a date. */
function wait(told: Told): number {
  const after = text(told, 'retry-after')
  if (/^\d+(\.\d+)?$/.test(after)) return Number(after) * 1000
  const date = Date.parse(after)
  return Number.isNaN(date) ? 0 : Math.max(0, date - told.now)
}

/** Seconds since the epoch, from the body, where some answers give the reset time. */
function inBody(body: string): number {
  const found = /"(?:resetsAt|resets_at)"\s*:\s*(\d{10})\b/.exec(body) ?? /\|(\d{10})\b/.exec(body)
  return found ? Number(found[1]) : 0
}

const ERROR = z.looseObject({ error: z.looseObject({ message: z.string() }) })

function said({ body }: Told): string {
  try {
    const { message } = ERROR.parse(JSON.parse(body)).error
    return `: ${message.replaceAll(/\s+/g, ' ').slice(0, 200).replace(/\.$/, '')}`
  } catch {
    return ''
  }
}
