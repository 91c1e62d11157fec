/** Headers that pass the gateway, on the way to the model and back. */
import type { IncomingMessage } from 'node:http'
import { isAllowedBeta } from './betas.ts'
import type { Upstream } from './upstream.ts'

const NOT_PASSED_ON =
  /^(authorization|x-api-key|host|connection|cookie|expect|te|trailer|upgrade|transfer-encoding|content-length|content-encoding|keep-alive|accept-encoding|forwarded|via|x-forwarded-.*|proxy-.*)$/

/** Headers of the harness without its token; the answer must be uncompressed, or nothing could be counted. */
export function passedOn(
  { headers }: IncomingMessage,
  { upstream, providerTools }: { upstream: Upstream; providerTools: () => readonly string[] },
): Record<string, string> {
  const passed: Record<string, string> = { 'accept-encoding': 'identity' }
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !NOT_PASSED_ON.test(name)) passed[name] = String(value)
  const { 'anthropic-beta': asked = '', ...others } = passed
  const more = providerTools()
  const betas = asked.split(',').map((beta) => beta.trim())
  const kept = [
    ...betas.filter((beta) => isAllowedBeta(beta, more)),
    ...(upstream.beta === null ? [] : [upstream.beta]),
  ]
  return kept.length > 0 ? { ...others, 'anthropic-beta': kept.join(',') } : others
}

const GIVEN_BACK =
  /^(content-type|content-length|content-encoding|retry-after|x-should-retry|request-id|anthropic-ratelimit-.*|x-amzn-.*)$/

/** Headers of an answer that are passed back, without those that name the account. */
export function givenBack({ headers }: IncomingMessage) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => GIVEN_BACK.test(name)))
}
