/**
 * Notifier for a webhook of one's own, signed as https://www.standardwebhooks.com says: `webhook-id` stays the same
 * when a message is retried, and `webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
 */
import { createHmac } from 'node:crypto'
import type { Message, Notifier } from '../../ports/notifier.ts'
import { post } from '../http.ts'

/** Address and secret of the webhook. */
export interface WebhookOptions {
  url: string
  /** Secret for signatures, known to both sides: plain text, or `whsec_` and base64. */
  secret: string
  /** Milliseconds since the epoch. */
  now: () => number
}

/** Makes a notifier that posts to a webhook. */
export const webhook = ({ url, secret, now }: WebhookOptions): Notifier => ({
  repeatable: true,
  send(message, signal) {
    const body = JSON.stringify(content(message))
    const timestamp = String(Math.floor(now() / 1000))
    const signature = createHmac('sha256', keyOf(secret))
      .update(`${message.id}.${timestamp}.${body}`)
      .digest('base64')
    const headers = {
      'webhook-id': message.id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    }
    return post(url, { body, headers }, signal)
  },
})

const keyOf = (secret: string): Buffer =>
  secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret)

const content = ({ at, title, urgent, items }: Message) => ({
  type: 'swarm.notice',
  timestamp: new Date(at).toISOString(),
  data: { title, urgent, items },
})
