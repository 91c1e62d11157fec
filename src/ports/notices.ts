/** The part of the store that remembers what people were told, and which action links they have used. */
import type { NoticeKind } from '../ticket/notice.ts'
import type { TicketId } from '../ticket/ticket.ts'

export const NOTICE_STATES = ['waiting', 'sending', 'sent', 'unsure', 'dead', 'dropped'] as const

/**
 * `unsure`: the server died, or the line broke, while it was sent; it is not sent again. `dead`: given up after too
 * many tries. `dropped`: by the time it was due, nobody had to be told any more.
 */
export type NoticeState = (typeof NOTICE_STATES)[number]

/** One thing to tell through one channel. There is at most one for each `about` and channel. */
export interface Notice {
  id: number
  /** `event 12`, or what else happened once. */
  about: string
  /** The channel's name. */
  channel: string
  kind: NoticeKind
  ticket: TicketId | null
  /** What the ticket does not say itself. */
  body: string
  at: number
  /** Not sent before then; milliseconds since the epoch. */
  due: number
  state: NoticeState
  tries: number
  /** The message it went out in; the same when that is tried again. */
  batch: string | null
  /** Why it was not sent. */
  detail: string | null
}

export interface NoticeReads {
  /** Newest first. */
  notices(filter: {
    states: readonly NoticeState[]
    channel?: string
    dueBy?: number
    limit: number
  }): Promise<Notice[]>
  /** Whether this action link was used. */
  isSpent(link: string): Promise<boolean>
}

export interface NoticeWrites {
  /** False when this channel knows of it already; then nothing changes. */
  addNotice(notice: Omit<Notice, 'id'>): Promise<boolean>
  putNotice(notice: Notice): Promise<void>
  /** False when it was used before. */
  spendLink(link: string, at: number, expiresAt: number): Promise<boolean>
}
