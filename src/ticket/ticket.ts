/** Ticket, as a union that cannot hold a contradictory state. */
import {
  among,
  type Fields,
  fields,
  flag,
  integer,
  list,
  nullable,
  type Shape,
  text,
  type UnionBy,
  unionBy,
  type Values,
} from './shape.ts'

export const TYPES = ['task', 'proposal', 'question', 'verify'] as const
/** Type of a ticket. */
export type TicketType = (typeof TYPES)[number]

export const RESOLUTIONS = [
  'landed',
  'no-change',
  'decomposed',
  'approved',
  'rejected',
  'answered',
  'passed',
  'failed',
  'cancelled',
] as const
/** Way in which a ticket ended. */
export type Resolution = (typeof RESOLUTIONS)[number]

/** Resolutions of a ticket that is done without a change, by the word of its agent. */
export const DECLARED = ['no-change', 'decomposed'] as const satisfies readonly Resolution[]

/** The phases of a live attempt that has not submitted its work yet. */
export const WORK_PHASES = ['preparing', 'working', 'verifying'] as const
/** Phase of a live attempt. */
export type WorkPhase = (typeof WORK_PHASES)[number]

/** Id of a ticket. */
export type TicketId = number

const HELD_BY = { attempt: integer, holder: text, leased: flag }

/** Fields that a ticket has in each status. The order is that of its life. */
export const STAGES = {
  /** Nobody's: it may be claimed once nothing blocks it, nobody is assigned and it is not backing off. */
  open: {
    assignedTo: nullable(text),
    /** Milliseconds since the epoch before which it is not claimed; null when it is not backing off. */
    notBefore: nullable(integer),
    /** Cause of the backoff: the class of what went wrong, or `given back`; null when it is not backing off. */
    delay: nullable(text),
    /** A ticket that was sent back goes to the head of its priority: its work is nearly done. */
    front: flag,
  },
  /** Somebody works on it, under attempt `attempt`. `leased` is false for a claim made by hand. */
  in_progress: { ...HELD_BY, phase: among(WORK_PHASES) },
  /** Submitted work waits to land. */
  ready: {
    ...HELD_BY,
    /** The commit that waits in the merge queue; null when it was completed by hand. */
    work: nullable(text),
    /** Protected paths that the work touches and that a person has not approved yet. */
    held: list(text),
    /** A person approved the protected paths of exactly this work. */
    approved: flag,
  },
  done: {
    resolution: among(RESOLUTIONS),
    assignedTo: nullable(text),
    /** The commit on `main`, when the resolution is `landed`. */
    commit: nullable(text),
    reason: nullable(text),
  },
} satisfies Record<string, Fields>

/** Status of a ticket. */
export type Status = keyof typeof STAGES
export const STATUSES = Object.keys(STAGES) as Status[]
/** Every status of what is still to be done. */
export const UNDONE = STATUSES.filter((status) => status !== 'done')

/** Stage of a ticket: its status, and the fields of that. */
export type Stage = UnionBy<'status', typeof STAGES>
/** The stage of this status. */
export type StageOf<K extends Status> = Extract<Stage, { status: K }>

const TICKET_FIELDS = {
  id: integer,
  title: text,
  description: nullable(text),
  type: among(TYPES),
  /** Higher goes first; 0 by default. */
  priority: integer,
  parent: nullable(integer),
  createdBy: text,
  /** Milliseconds since the epoch. */
  createdAt: integer,
  updatedAt: integer,
  /** The number of the newest attempt; 0 before the first. It only rises: it is the fencing token. */
  attempts: integer,
  /** Attempts that count against the ticket since a person last looked at it. */
  charged: integer,
  /** Ids of the tickets it waits for, done ones too, rising. */
  blockedBy: list(integer),
  stage: unionBy('status', STAGES),
}

/** Ticket, with its stage. */
export type Ticket = Values<typeof TICKET_FIELDS>
export const TICKET: Shape<Ticket> = fields(TICKET_FIELDS)

/** Cause of the backoff of a ticket that its agent gave back. */
export const GIVEN_BACK = 'given back'

/** Name under which people are assigned tickets. */
export const HUMAN = 'human'

/** Tells whether a person must act before this ticket can move. */
export function needsPerson({ stage }: Ticket): boolean {
  switch (stage.status) {
    case 'open':
      return stage.assignedTo === HUMAN
    case 'ready':
      return stage.held.length > 0
    case 'in_progress':
    case 'done':
      return false
  }
}

/** Names the holder or assignee of the ticket, as the CLI's `assigned_to` does; null without one. */
export function assignee({ stage }: Ticket): string | null {
  switch (stage.status) {
    case 'in_progress':
    case 'ready':
      return stage.holder
    case 'open':
    case 'done':
      return stage.assignedTo
  }
}

/** The number of the live attempt, or null when there is none. */
export function liveAttempt({ stage }: Ticket): number | null {
  switch (stage.status) {
    case 'in_progress':
    case 'ready':
      return stage.attempt
    case 'open':
    case 'done':
      return null
  }
}
