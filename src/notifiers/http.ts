/** Requests of a channel, and their meaning for the message. Addresses may hold a secret: no sentence names them. */

import type { Delivery } from '../ports/notifier.ts'
import { within } from '../ports/patience.ts'

export const PATIENCE_MS = 15_000

const GONE = [404, 410]

/** Error codes of failures before anything was sent. */
const NOT_SENT = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]

/** Posts a JSON body. Never rejects; ends after `PATIENCE_MS` or with the signal. */
export async function post(
  url: string,
  { body, headers = {} }: { body: string; headers?: Record<string, string> },
  signal: AbortSignal,
): Promise<Delivery> {
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
      redirect: 'manual',
      signal: within(PATIENCE_MS, signal),
    })
  } catch (error) {
    return broken(error)
  }
  return answered(response)
}

/** Reads a response as a delivery. */
export async function answered(response: Response): Promise<Delivery> {
  const said = await response.text().catch(() => '')
  return response.ok ? { kind: 'sent' } : refusedBy(response, said)
}

/** Converts an error of a request to a delivery. */
export function broken(error: unknown): Delivery {
  if (error instanceof TypeError && error.cause === undefined)
    return { kind: 'refused', why: 'The address is not valid.', retryable: false, waitMs: null }
  const { cause, name, ...more } = error as Error & { code?: string; cause?: { code?: string } }
  const code = cause?.code ?? more.code ?? name
  if (NOT_SENT.includes(code))
    return { kind: 'refused', why: `It cannot be reached (${code}).`, retryable: true, waitMs: null }
  return { kind: 'unsure', why: `The connection broke off (${code}).` }
}

function refusedBy(response: Response, said: string): Delivery {
  const { status } = response
  const words = said.replace(/\s+/g, ' ').trim().slice(0, 160)
  const why = `It answered ${status}${words === '' ? '' : `: ${words}`}.`
  const retryable = status === 408 || status === 429 || status >= 500
  const waitMs = retryable ? waitOf(response, said) : null
  return { kind: 'refused', why, retryable, waitMs, ...(GONE.includes(status) && { gone: true }) }
}

/**
 * Reads the wait in milliseconds, at most an hour; null when there is none. Discord and Telegram also give it in the
 * body.
 */
function waitOf(response: Response, said: string): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? /"retry_after":\s*([\d.]+)/.exec(said)?.[1])
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3600) * 1000 : null
}
