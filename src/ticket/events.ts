/** Events of tickets, in the past tense: what has happened. They are only ever appended. */
import {
  among,
  type Fields,
  fields,
  flag,
  integer,
  list,
  nullable,
  optional,
  text,
  type UnionBy,
  unionBy,
} from './shape.ts'
import { DECLARED, RESOLUTIONS, type TicketId, TYPES, WORK_PHASES } from './ticket.ts'

/** Reasons why work is sent back. */
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
/** Reason why work was sent back. */
export type SendBackReason = (typeof SEND_BACK_REASONS)[number]

/** A part of a file that the gate depends on, as it is on `main` and as it would be; null where it is not there. */
const HELD_PART = fields({ path: text, part: text, before: nullable(text), after: nullable(text) })

/** Every kind of event and what it carries, in the order in which a ticket may meet them. */
export const EVENTS = {
  created: {
    title: text,
    description: nullable(text),
    ticketType: among(TYPES),
    priority: integer,
    parent: nullable(integer),
    assignedTo: nullable(text),
    createdBy: text,
    /** The ticket whose agent filed it. */
    from: optional(integer),
  },
  updated: {
    title: optional(text),
    description: optional(nullable(text)),
    ticketType: optional(among(TYPES)),
    priority: optional(integer),
    /** Assignee, only for an open ticket; null makes it nobody's. */
    assignedTo: optional(nullable(text)),
  },
  blocker_added: { by: integer },
  blocker_removed: { by: integer },
  claimed: { attempt: integer, holder: text, leased: flag },
  /** The live attempt moved to another phase of its work; `why`: what sent the agent back to work. */
  advanced: { attempt: integer, phase: among(WORK_PHASES), why: optional(text) },
  /** The agent said why there is nothing to land; it counts when its attempt ends without a change. */
  declared: { attempt: integer, resolution: among(DECLARED), reason: text },
  commented: { author: text, body: text },
  /** The work was submitted; `work` is the commit for the merge queue, null when completed by hand. */
  completed: { attempt: integer, work: nullable(text) },
  /** The merge queue found that the work touches what is protected: it waits for a person. */
  held: {
    attempt: integer,
    /** Paths, or a path and what of it is meant: `package.json: scripts.test`. */
    paths: list(text),
    /** Changes in those of the paths that mean part of a file. */
    parts: optional(list(HELD_PART)),
  },
  /** A person approved a proposal (it becomes a task) or work that waits for approval (it may land). */
  approved: {},
  /** The attempt gave the ticket back; its work, if any, is kept. */
  unclaimed: {
    attempt: nullable(integer),
    holder: nullable(text),
    reason: nullable(text),
    /** Number of times in a row that its agent gave it back with nothing changed in between; absent for others. */
    times: optional(integer),
    /** Milliseconds since the epoch before which it is not claimed again. */
    notBefore: optional(nullable(integer)),
  },
  /** The attempt ended without landing. */
  bounced: {
    attempt: integer,
    reason: among(SEND_BACK_REASONS),
    /** Explanation for the next attempt and the person: the end of a log, the files in conflict. */
    detail: text,
    charged: flag,
    notBefore: nullable(integer),
    front: flag,
  },
  /** The agent died or stopped renewing its lease. */
  lost: { attempt: integer, detail: text },
  /** The swarm gives up and asks a person. */
  escalated: { reason: text },
  done: { resolution: among(RESOLUTIONS), commit: nullable(text), reason: nullable(text) },
  reopened: {},
} satisfies Record<string, Fields>

/** Type of an event. */
export type EventType = keyof typeof EVENTS
export const EVENT_TYPES = Object.keys(EVENTS) as EventType[]

export const EVENT = unionBy('type', EVENTS)
/** Event of any type, with what it carries. */
export type TicketEvent = UnionBy<'type', typeof EVENTS>
/** The event of this type. */
export type EventOf<K extends EventType> = Extract<TicketEvent, { type: K }>

/** Event of a ticket that was filed. */
export type Created = EventOf<'created'>
/** Event of a ticket whose fields were changed. */
export type Updated = EventOf<'updated'>
/** Event of a ticket that an attempt took. */
export type Claimed = EventOf<'claimed'>
/** Event of a ticket that an attempt gave back. */
export type Unclaimed = EventOf<'unclaimed'>
/** Protected part of a file, before and after the change. */
export type ProtectedPart = NonNullable<EventOf<'held'>['parts']>[number]

/** Entry of the log. `seq` rises by one with no gaps; `at` is milliseconds since the epoch. */
export interface LogEntry {
  seq: number
  at: number
  ticket: TicketId
  /** Name of the cause. */
  by: string
  event: TicketEvent
}
