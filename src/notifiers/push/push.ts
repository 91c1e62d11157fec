/** A browser that a person has asked to be told in, by the push service of its maker. */
import type { Delivery, Item, Message, Notifier } from '../../ports/notifier.ts'
import { cut, LABELS, oneLine, plain } from '../words.ts'
import { type PushKeys, sealed, vouched } from './seal.ts'

export interface PushOptions {
  /** The browser's address at the push service, which came from the browser. */
  endpoint: string
  keys: PushKeys
  /** What the swarm signs with. */
  privateKey: string
  /** Where the people of the push service complain: `mailto:` or `https://`. */
  contact: string
  /** Milliseconds since the epoch. */
  now: () => number
  /** One request; only to where it may go. */
  post: Post
  /** The browser is not subscribed any more. */
  gone: () => Promise<void>
}

export type Post = (
  url: string,
  content: { body: Uint8Array; headers: Record<string, string> },
  signal: AbortSignal,
) => Promise<Delivery>

/** What the push service keeps for a browser that is off, in seconds. */
const KEPT_S = 4 * 24 * 3600
/** A notification has room for so many buttons. */
const BUTTONS = 2
/** In bytes, so that all of it fits even where each byte becomes two. */
const TITLE = 240
const TEXT = 1000

/** A message that comes twice is shown once: the browser puts it in the place of the one with its id. */
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

/** What the worker of the dashboard shows. */
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

/** At most so many bytes, no character cut in half. */
function fitting(text: string, bytes: number): string {
  const all = Buffer.from(text)
  return all.length <= bytes
    ? all.toString()
    : `${new TextDecoder().decode(all.subarray(0, bytes - 3), { stream: true })}…`
}
