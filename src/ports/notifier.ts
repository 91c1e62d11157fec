/** Notifiers: ways to reach people. Adapters: ntfy, slack, discord, telegram, email, webhook, desktop, push. */
import type { When } from '../ticket/due.ts'
import type { Action, NoticeKind } from '../ticket/notice.ts'

/** One way to send messages to people. */
export interface Notifier {
  /** True when the receiver drops a message that arrives twice, by its id. */
  repeatable: boolean
  /** Sends a message. Never rejects: the delivery says what became of it. Escapes ticket text for where it is shown. */
  send(message: Message, signal: AbortSignal): Promise<Delivery>
}

/** Message to people: one or several items under one title. */
export interface Message {
  /** Id of the message; a retry has the same one. */
  id: string
  /** Milliseconds since the epoch. */
  at: number
  /** One line. */
  title: string
  urgent: boolean
  /** One at least. */
  items: Item[]
}

/** One item of a message. */
export interface Item {
  kind: NoticeKind
  ticket: number | null
  /** One line that names the ticket. */
  title: string
  body: string
  /** Address of a page that shows it; null when there is none. */
  link: string | null
  /** Pages where a person can decide it. */
  actions: { action: Action; url: string }[]
}

/** Result of sending. `unsure`: the message may have arrived. */
export type Delivery =
  | { kind: 'sent' }
  /** `gone`: this receiver is removed for good. */
  | { kind: 'refused'; why: string; retryable: boolean; waitMs: number | null; gone?: true }
  | { kind: 'unsure'; why: string }

/** A notifier as a person has set it up. */
export interface Channel extends When {
  /** Name that people use; default: its kind. */
  name: string
  kinds: readonly NoticeKind[]
  /** True when its messages may carry action links. */
  actions: boolean
  notifier: Notifier
}

/** Channels of messages, and the addresses that messages name. */
export interface Post {
  /** Lists the channels. The settings may change, so read it anew for each use. */
  channels(): Promise<Channel[]>
  browsers: Browsers
  /** The page of a ticket. */
  pageOf(ticket: number): string | null
  /** Address where an action can be taken from outside; null while no public URL is set. */
  actionUrl(about: { action: Action; ticket: number; attempts: number; now: number }): string | null
}

/** Browser that receives messages, as it described itself when it subscribed at its push service. */
export interface Subscription {
  id: string
  /** Address of the browser at its push service. */
  endpoint: string
  keys: { p256dh: string; auth: string }
  /** Milliseconds since the epoch. */
  since: number
}

/** Subscriptions of browsers. */
export interface Browsers {
  /** Public key of this server, which a browser needs to subscribe. */
  key(): string
  /** Lists the subscriptions, oldest first. */
  list(): Promise<Subscription[]>
  /** Adds a subscription and gives its id; one that exists keeps its id. */
  add(subscription: Omit<Subscription, 'id'>): Promise<string>
  remove(id: string): Promise<void>
}
