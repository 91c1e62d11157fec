/** Notices in the store: what people were notified of, and which action links they have used. */
import type { NoticeKind } from '../ticket/notice.ts'
import type { TicketId } from '../ticket/ticket.ts'

export const NOTICE_STATES = ['waiting', 'sending', 'sent', 'unsure', 'dead', 'dropped'] as const

/**
 * State of a notice. `unsure`: the server died, or the connection broke, while it was sent; it is not sent again.
 * `dead`: given up after too many tries. `dropped`: no longer needed when it was due.
 */
export type NoticeState = (typeof NOTICE_STATES)[number]

/** One notice through one channel. There is at most one for each `about` and channel. */
export interface Notice {
  id: number
  /** Cause of the notice, such as `event 12`; each happens once. */
  about: string
  /** The channel's name. */
  channel: string
  kind: NoticeKind
  ticket: TicketId | null
  /** Text that the ticket itself does not hold. */
  body: string
  at: number
  /** Earliest time to send it; milliseconds since the epoch. */
  due: number
  state: NoticeState
  tries: number
  /** Id of the message that carried it; a retry uses the same one. */
  batch: string | null
  /** Reason why it was not sent. */
  detail: string | null
}

/** Reads of notices and action links. */
export interface NoticeReads {
  /** Notices that match the filter, newest first. */
  notices(filter: {
    states: readonly NoticeState[]
    channel?: string
    dueBy?: number
    limit: number
  }): Promise<Notice[]>
  /** True when this action link has been used. */
  isSpent(link: string): Promise<boolean>
}

/** Writes of notices and action links. */
export interface NoticeWrites {
  /** Adds a notice. Gives false, and changes nothing, when this channel already has one about the same thing. */
  addNotice(notice: Omit<Notice, 'id'>): Promise<boolean>
  putNotice(notice: Notice): Promise<void>
  /** Marks an action link as used. Gives false when it was used before. */
  spendLink(link: string, at: number, expiresAt: number): Promise<boolean>
}
