/** Who may use the API: whoever has the person's token, and browsers that came in by a one-time link. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export interface Auth {
  isToken(presented: string): boolean
  /** A code for one log-in, good for ten minutes. */
  loginCode(): { code: string; expiresAt: number }
  /** The session that a code opens; null when it is wrong, used or too old. */
  redeem(code: string): Session | null
  isSession(cookie: string): boolean
}

export interface Session {
  cookie: string
  seconds: number
}

const CODE_MS = 10 * 60_000
const SESSION_MS = 30 * 24 * 3_600_000
const MAX_CODES = 100

export const newToken = (): string => randomBytes(32).toString('base64url')

/** Sessions are signed with the token, so that they outlive a restart and end when the token is changed. */
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

/** Compares in constant time, whatever the lengths. */
const same = (a: string, b: string) => timingSafeEqual(sha256(a), sha256(b))
