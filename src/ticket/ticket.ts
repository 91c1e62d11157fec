/** What a ticket is: a union that cannot hold a contradictory state. */

export const TYPES = ['task', 'proposal', 'question', 'verify'] as const
export type TicketType = (typeof TYPES)[number]

export const STATUSES = ['open', 'in_progress', 'ready', 'done'] as const
export type Status = (typeof STATUSES)[number]

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
export type Resolution = (typeof RESOLUTIONS)[number]

/** The phases of a live attempt that has not submitted its work yet. */
export const WORK_PHASES = ['preparing', 'working', 'verifying'] as const
export type WorkPhase = (typeof WORK_PHASES)[number]

export type TicketId = number

/** Nobody's: it may be claimed once nothing blocks it, nobody is assigned and it is not backing off. */
export interface Open {
  status: 'open'
  assignedTo: string | null
  /** Milliseconds since the epoch before which it is not claimed; null when it is not backing off. */
  notBefore: number | null
  /** Why not before: the class of what went wrong, or `given back`; null when it is not backing off. */
  delay: string | null
  /** A ticket that was sent back goes to the head of its priority: its work is nearly done. */
  front: boolean
}

/** Somebody works on it, under attempt `attempt`. `leased` is false for a claim made by hand. */
export interface InProgress {
  status: 'in_progress'
  attempt: number
  holder: string
  leased: boolean
  phase: WorkPhase
}

/** Its work is submitted. `work` is the commit that waits in the merge queue, null when it was completed by hand. */
export interface Ready {
  status: 'ready'
  attempt: number
  holder: string
  leased: boolean
  work: string | null
  /** Protected paths that the work touches and that a person has not approved yet. */
  held: string[]
  /** A person approved the protected paths of exactly this work. */
  approved: boolean
}

export interface Done {
  status: 'done'
  resolution: Resolution
  assignedTo: string | null
  /** The commit on `main`, when the resolution is `landed`. */
  commit: string | null
  reason: string | null
}

export type Stage = Open | InProgress | Ready | Done

export interface Ticket {
  id: TicketId
  title: string
  description: string | null
  type: TicketType
  /** Higher goes first; 0 by default. */
  priority: number
  parent: TicketId | null
  createdBy: string
  /** Milliseconds since the epoch. */
  createdAt: number
  updatedAt: number
  /** The number of the newest attempt; 0 before the first. It only rises: it is the fencing token. */
  attempts: number
  /** Attempts that count against the ticket since a person last looked at it. */
  charged: number
  /** Ids of the tickets it waits for, done ones too, rising. */
  blockedBy: TicketId[]
  stage: Stage
}

/** Why a ticket backs off that its agent gave back. */
export const GIVEN_BACK = 'given back'

/** The name under which people are assigned tickets. */
export const HUMAN = 'human'

/** Whether a person must act before this ticket can move. */
export function needsPerson(ticket: Ticket): boolean {
  const { stage } = ticket
  if (stage.status === 'open') return stage.assignedTo === HUMAN
  return stage.status === 'ready' && stage.held.length > 0
}

/** Who holds or is assigned the ticket, as the CLI's `assigned_to` tells it. */
export function assignee(ticket: Ticket): string | null {
  const { stage } = ticket
  return stage.status === 'in_progress' || stage.status === 'ready' ? stage.holder : stage.assignedTo
}

/** The number of the live attempt, or null when there is none. */
export function liveAttempt(ticket: Ticket): number | null {
  const { stage } = ticket
  return stage.status === 'in_progress' || stage.status === 'ready' ? stage.attempt : null
}
