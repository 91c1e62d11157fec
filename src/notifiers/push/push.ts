/** Notifier for a browser that a person has subscribed, by the push service of its maker. */
import type { Delivery, Item, Message, Notifier } from '../../ports/notifier.ts'
import { cut, LABELS, oneLine, plain } from '../words.ts'
import { type PushKeys, sealed, vouched } from './seal.ts'

/** Subscription to send to, and the identity of the sender. */
export interface PushOptions {
  /** Address of the browser at its push service, given by the browser. */
  endpoint: string
  keys: PushKeys
  /** Private key of the swarm, for signatures. */
  privateKey: string
  /** Contact for the push service: `mailto:` or `https://`. */
  contact: string
  /** Milliseconds since the epoch. */
  now: () => number
  /** Sends one request, only to addresses that are allowed. */
  post: Post
  /** Removes the subscription, which has ended. */
  gone: () => Promise<void>
}

/** Function that posts one body to an address. */
export type Post = (
  url: string,
  content: { body: Uint8Array; headers: Record<string, string> },
  signal: AbortSignal,
) => Promise<Delivery>

/** Seconds for which the push service stores a message for a browser that is off. */
const KEPT_S = 4 * 24 * 3600
/** Maximum number of buttons of a notification. */
const BUTTONS = 2
/** Limits in bytes, so that all of it fits even when each byte becomes two. */
const TITLE = 240
const TEXT = 1000

/**
 * Makes a notifier for a browser. A message that arrives twice is shown once: the browser replaces the one with its id.
 */
export const push = ({ endpoint, keys, privateKey, contact, now, post, gone }: PushOptions): Notifier => ({
  repeatable: true,
  async send(message, signal) {
    const delivery = await post(
      endpoint,
      {
        body: sealed(Buffer.from(JSON.stringify(content(message))), keys),
        headers: {
          'content-type': 'application/octet-stream',
          'content-encoding': 'aes128gcm',
          ttl: String(KEPT_S),
          urgency: message.urgent ? 'high' : 'normal',
          topic: message.id,
          authorization: vouched(endpoint, privateKey, { contact, now: now() }),
        },
      },
      signal,
    )
    if (delivery.kind === 'refused' && delivery.gone) await gone()
    return delivery
  },
})

/** Message as the dashboard's worker shows it. */
export interface Pushed {
  id: string
  title: string
  text: string
  urgent: boolean
  link: string | null
  actions: { title: string; url: string }[]
}

function content({ id, title, urgent, items }: Message): Pushed {
  const [first] = items as [Item]
  const alone = items.length === 1
  return {
    id,
    title: fitting(oneLine(title), TITLE),
    text: fitting(
      alone ? plain(first.body) : items.map((each) => cut(oneLine(each.title), 80)).join('\n'),
      TEXT,
    ),
    urgent,
    link: alone ? first.link : null,
    actions: alone
      ? first.actions.slice(0, BUTTONS).map(({ action, url }) => ({ title: LABELS[action], url }))
      : [],
  }
}

/** Cuts a text to a number of bytes, between characters. */
function fitting(text: string, bytes: number): string {
  const all = Buffer.from(text)
  return all.length <= bytes
    ? all.toString()
    : `${new TextDecoder().decode(all.subarray(0, bytes - 3), { stream: true })}…`
}
