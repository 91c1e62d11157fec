/** Requests to an address that a browser gave: over TLS, and only to public addresses. */
import { request } from 'node:https'
import { isIPv6, type LookupFunction } from 'node:net'
import type { Delivery } from '../../ports/notifier.ts'
import { within } from '../../ports/patience.ts'
import { answered, broken, PATIENCE_MS } from '../http.ts'

/** Rules for the addresses that requests may go to. */
export interface Reach {
  resolve(host: string): Promise<string[]>
  /** True when requests may go to an address: not into this machine or its network. */
  allows(address: string): boolean
  /** Certificates to trust in addition to the usual ones. */
  ca?: string
}

interface Content {
  body: Uint8Array
  headers: Record<string, string>
}

/** Makes a post that dials exactly the address that it has checked: a name cannot point elsewhere in between. */
export const publicPost =
  (reach: Reach) =>
  async (url: string, content: Content, signal: AbortSignal): Promise<Delivery> => {
    try {
      const { protocol, hostname } = new URL(url)
      const addresses = await reach.resolve(hostname.replace(/^\[|\]$/g, ''))
      const [address] = addresses
      if (protocol !== 'https:' || address === undefined || !addresses.every(reach.allows)) return FORBIDDEN
      return await answered(await sent(url, address, { ...content, reach, signal }))
    } catch (error) {
      return broken(error)
    }
  }

const FORBIDDEN: Delivery = {
  kind: 'refused',
  why: 'The address is not on the public internet, or not over TLS.',
  retryable: false,
  waitMs: null,
}

/** Maximum bytes of an answer; services answer with a few words. */
const MOST = 10_000

interface Sending extends Content {
  reach: Reach
  signal: AbortSignal
}

function sent(url: string, address: string, { body, headers, reach, signal }: Sending): Promise<Response> {
  const options = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(body.length) },
    agent: false as const,
    lookup: answering(address),
    signal: within(PATIENCE_MS, signal),
    ...(reach.ca !== undefined && { ca: reach.ca }),
  }
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (answer) => {
      const parts: Buffer[] = []
      let size = 0
      answer.on('data', (part: Buffer) => {
        size += part.length
        if (size <= MOST) parts.push(part)
      })
      answer.on('error', reject)
      answer.on('end', () => {
        const retryAfter = answer.headers['retry-after']
        const more = retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } }
        const said = parts.length === 0 ? null : Buffer.concat(parts).toString()
        resolve(new Response(said, { status: answer.statusCode!, ...more }))
      })
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/** Replaces the look-up of a name by the known address. */
const answering =
  (address: string): LookupFunction =>
  (_, { all }, done) => {
    const family = isIPv6(address) ? 6 : 4
    if (all) done(null, [{ address, family }])
    else done(null, address, family)
  }
