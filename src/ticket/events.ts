/** What has happened to a ticket, in the past tense. Events are only ever appended. */
import type { Resolution, TicketId, TicketType, WorkPhase } from './ticket.ts'

/** Why the merge queue or the gate sent work back. */
export const SEND_BACK_REASONS = [
  'gate red',
  'conflict',
  'pre-existing',
  'rejected',
  'did nothing',
  'sandbox full',
  'harness crash',
  'hang',
  'turn limit',
  'too long',
  'refusal',
  'budget',
  'swarm budget',
  'usage limit',
  'overloaded',
  'login expired',
  'no sandbox',
  'infrastructure',
] as const
export type SendBackReason = (typeof SEND_BACK_REASONS)[number]

export interface Created {
  type: 'created'
  title: string
  description: string | null
  ticketType: TicketType
  priority: number
  parent: TicketId | null
  assignedTo: string | null
  createdBy: string
  /** The ticket whose agent filed it. */
  from?: TicketId
}
export interface Updated {
  type: 'updated'
  title?: string
  description?: string | null
  ticketType?: TicketType
  priority?: number
  /** Only for an open ticket; null makes it nobody's. */
  assignedTo?: string | null
}
export interface Claimed {
  type: 'claimed'
  attempt: number
  holder: string
  leased: boolean
}
/** The live attempt moved to another phase of its work. */
export interface Advanced {
  type: 'advanced'
  attempt: number
  phase: WorkPhase
  /** What sent the agent back to work. */
  why?: string
}
/** The agent said why there is nothing to land; it counts when its attempt ends without a change. */
export interface Declared {
  type: 'declared'
  attempt: number
  resolution: 'no-change' | 'decomposed'
  reason: string
}
/** The work was submitted; `work` is the commit for the merge queue, null when completed by hand. */
export interface Completed {
  type: 'completed'
  attempt: number
  work: string | null
}
/** The merge queue found that the work touches what is protected: it waits for a person. */
export interface Held {
  type: 'held'
  attempt: number
  /** Paths, or a path and what of it is meant: `package.json: scripts.test`. */
  paths: string[]
  /** What changes in those that are part of a file. */
  parts?: ProtectedPart[]
}
/** A part of a file that the gate depends on, as it is on `main` and as it would be; null where it is not there. */
export interface ProtectedPart {
  path: string
  part: string
  before: string | null
  after: string | null
}
/** A person approved a proposal (it becomes a task) or work that waits for approval (it may land). */
export interface Approved {
  type: 'approved'
}
/** The attempt gave the ticket back; its work, if any, is kept. */
export interface Unclaimed {
  type: 'unclaimed'
  attempt: number | null
  holder: string | null
  reason: string | null
  /** Only where its agent did so: how many times in a row it has come back now, with nothing changed in between. */
  times?: number
  /** Milliseconds since the epoch before which it is not claimed again. */
  notBefore?: number | null
}
/** The attempt ended without landing. */
export interface SentBack {
  type: 'bounced'
  attempt: number
  reason: SendBackReason
  /** What the next attempt and the person are told: the end of a log, the files in conflict. */
  detail: string
  charged: boolean
  notBefore: number | null
  front: boolean
}
/** The agent died or stopped renewing its lease. */
export interface Lost {
  type: 'lost'
  attempt: number
  detail: string
}
/** The swarm gives up and asks a person. */
export interface Escalated {
  type: 'escalated'
  reason: string
}
export interface DoneEvent {
  type: 'done'
  resolution: Resolution
  commit: string | null
  reason: string | null
}
export interface Reopened {
  type: 'reopened'
}
export interface BlockerAdded {
  type: 'blocker_added'
  by: TicketId
}
export interface BlockerRemoved {
  type: 'blocker_removed'
  by: TicketId
}
export interface Commented {
  type: 'commented'
  author: string
  body: string
}

export type TicketEvent =
  | Created
  | Updated
  | Claimed
  | Advanced
  | Declared
  | Completed
  | Held
  | Approved
  | Unclaimed
  | SentBack
  | Lost
  | Escalated
  | DoneEvent
  | Reopened
  | BlockerAdded
  | BlockerRemoved
  | Commented

export type EventType = TicketEvent['type']

/** Every kind of event, in the order in which a ticket may meet them. */
export const EVENT_TYPES = [
  'created',
  'updated',
  'blocker_added',
  'blocker_removed',
  'claimed',
  'advanced',
  'declared',
  'commented',
  'completed',
  'held',
  'approved',
  'unclaimed',
  'bounced',
  'lost',
  'escalated',
  'done',
  'reopened',
] as const satisfies readonly EventType[]

/** An event as the log keeps it. `seq` rises by one with no gaps; `at` is milliseconds since the epoch. */
export interface LogEntry {
  seq: number
  at: number
  ticket: TicketId
  /** The name of whoever caused it. */
  by: string
  event: TicketEvent
}
