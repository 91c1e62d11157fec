/** Access to the API: by the person's token, and for browsers by a one-time link. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** Checks of tokens and sessions. */
export interface Auth {
  isToken(presented: string): boolean
  /** Makes a code for one login, valid for 10 minutes. */
  loginCode(): { code: string; expiresAt: number }
  /** Opens a session by a code; null when the code is wrong, used or too old. */
  redeem(code: string): Session | null
  isSession(cookie: string): boolean
}

/** Session of a browser. */
export interface Session {
  cookie: string
  seconds: number
}

const CODE_MS = 10 * 60_000
const SESSION_MS = 30 * 24 * 3_600_000
const MAX_CODES = 100

/** Makes a random token of 32 bytes, base64url. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/**
 * Makes the checks. Sessions are signed with the token, so that they survive a restart and end when the token changes.
 */
export function authorize(token: string, now: () => number): Auth {
  const codes = new Map<string, number>()
  const sign = (expires: string) =>
    createHmac('sha256', token).update(`session ${expires}`).digest('base64url')

  return {
    isToken: (presented) => same(presented, token),
    loginCode: () => {
      for (const [hash, expiresAt] of codes)
        if (expiresAt <= now() || codes.size >= MAX_CODES) codes.delete(hash)
      const code = newToken()
      const expiresAt = now() + CODE_MS
      codes.set(sha256(code).toString('hex'), expiresAt)
      return { code, expiresAt }
    },
    redeem: (code) => {
      const hash = sha256(code).toString('hex')
      const expiresAt = codes.get(hash) ?? 0
      codes.delete(hash)
      if (expiresAt <= now()) return null
      const expires = String(now() + SESSION_MS)
      return { cookie: `${expires}.${sign(expires)}`, seconds: SESSION_MS / 1000 }
    },
    isSession: (cookie) => {
      const [expires = '', signature = ''] = cookie.split('.')
      return same(signature, sign(expires)) && Number(expires) > now()
    },
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest()

/** Compares in constant time, for any lengths. */
const same = (a: string, b: string) => timingSafeEqual(sha256(a), sha256(b))
