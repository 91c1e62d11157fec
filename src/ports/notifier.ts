/** A way to reach people. Adapters: ntfy, slack, discord, telegram, email, webhook, desktop, push. */
import type { When } from '../ticket/due.ts'
import type { Action, NoticeKind } from '../ticket/notice.ts'

export interface Notifier {
  /** Whether a message that comes twice counts once there: it is known by its id. */
  repeatable: boolean
  /** Never rejects: what became of it is a value. Text of tickets is escaped for where it is shown. */
  send(message: Message, signal: AbortSignal): Promise<Delivery>
}

export interface Message {
  /** The same when it is tried again. */
  id: string
  /** Milliseconds since the epoch. */
  at: number
  /** One line. */
  title: string
  urgent: boolean
  /** One at least. */
  items: Item[]
}

export interface Item {
  kind: NoticeKind
  ticket: number | null
  /** One line that names the ticket. */
  title: string
  body: string
  /** Where it can be looked at. */
  link: string | null
  /** Pages where it can be decided. */
  actions: { action: Action; url: string }[]
}

/** `unsure`: it may have arrived. */
export type Delivery =
  | { kind: 'sent' }
  /** `gone`: nobody is there, and nobody will be. */
  | { kind: 'refused'; why: string; retryable: boolean; waitMs: number | null; gone?: true }
  | { kind: 'unsure'; why: string }

/** A notifier as a person has set it up. */
export interface Channel extends When {
  /** What people call it: its kind, unless they named it. */
  name: string
  kinds: readonly NoticeKind[]
  /** Whether its messages may carry action links. */
  actions: boolean
  notifier: Notifier
}

/** Where messages go, and the addresses that they name. */
export interface Post {
  /** Read anew at each use: the settings may change. */
  channels(): Promise<Channel[]>
  browsers: Browsers
  /** The page of a ticket. */
  pageOf(ticket: number): string | null
  /** Where an action can be taken from afar; null while no public URL is set. */
  actionUrl(about: { action: Action; ticket: number; attempts: number; now: number }): string | null
}

/** A browser that the person is told in, as it described itself when it subscribed at its push service. */
export interface Subscription {
  id: string
  /** Its address there. */
  endpoint: string
  keys: { p256dh: string; auth: string }
  /** Milliseconds since the epoch. */
  since: number
}

export interface Browsers {
  /** What a browser takes messages from, and needs to subscribe. */
  key(): string
  /** The oldest first. */
  list(): Promise<Subscription[]>
  /** Gives its id; the same when it was there already. */
  add(subscription: Omit<Subscription, 'id'>): Promise<string>
  remove(id: string): Promise<void>
}
