/** Commands to a ticket, in the imperative. */
import type { ProtectedPart, SendBackReason } from './events.ts'
import type { Resolution, Status, TicketId, TicketType, WorkPhase } from './ticket.ts'

/** Actor of a command. It comes from a token or from access to the store's file, never from a flag. */
export type Actor =
  | { kind: 'person'; name: string }
  | { kind: 'swarm'; name: string }
  | { kind: 'agent'; name: string; ticket: TicketId; attempt: number }

/** Ticket to file. */
export interface CreateTicket {
  title: string
  description?: string | null
  type?: TicketType
  priority?: number
  parent?: TicketId | null
  assignedTo?: string | null
  createdBy?: string
  /** True when it starts out blocked, which decides the default type of a ticket for a person. */
  blocked?: boolean
}

/** Facts for judging an agent's giving back: the rules do not know the log. `life/returns.ts` finds them. */
export interface Returns {
  /** Time in milliseconds since the epoch. */
  now: number
  /** Number of its blockers afterwards. */
  waitsFor: number
  /** Number of earlier returns by agents in a row, with nothing changed in between or since. */
  inRow: number
  /** Words of agents at each return since a person last looked, oldest first. */
  said: { attempt: number; reason: string | null }[]
}

/** Command to a ticket. */
export type Command =
  | {
      type: 'update'
      title?: string
      description?: string | null
      ticketType?: TicketType
      priority?: number
      assignedTo?: string | null
      status?: Status
    }
  | { type: 'claim'; holder: string; leased: boolean; now: number; openBlockers: number }
  | { type: 'advance'; attempt: number; phase: WorkPhase; why?: string }
  | { type: 'submit'; attempt: number; work: string }
  | { type: 'complete' }
  | { type: 'hold'; attempt: number; paths: string[]; parts?: ProtectedPart[] }
  /**
   * Approval; `of`: the attempt whose work was looked at. Work of another attempt is neither approved nor rejected by
   * it.
   */
  | { type: 'approve'; title?: string; description?: string; of?: number }
  | { type: 'reject'; reason: string; of?: number }
  | { type: 'answer'; text: string }
  | { type: 'pass' }
  | { type: 'fail'; reason: string }
  | { type: 'mark-done' }
  /** Declaration of an agent why it leaves no change; `children` is the number of sub-tickets. */
  | { type: 'declare'; attempt: number; noChange: string | null; children: number }
  | { type: 'finish'; attempt: number; resolution: 'no-change' | 'decomposed'; reason: string }
  | { type: 'land'; attempt: number; commit: string }
  /** Landing by git's word: `main` has the ticket's commit, whatever the row says. */
  | { type: 'reconcile'; commit: string }
  | {
      type: 'send-back'
      attempt: number
      reason: SendBackReason
      detail: string
      charged: boolean
      notBefore: number | null
      front: boolean
    }
  | { type: 'lose'; attempt: number; detail: string }
  /** Release; with an attempt's number it counts only while that attempt is the live one. */
  | { type: 'release'; attempt?: number; reason?: string; returns?: Returns }
  | { type: 'escalate'; reason: string }
  | { type: 'reopen' }
  | { type: 'cancel'; reason?: string }
  /** Block; `cycle`: the blocker already waits, directly or not, for this ticket. */
  | { type: 'block'; by: TicketId; cycle: boolean; returns?: Returns }
  | { type: 'unblock'; by: TicketId }
  | { type: 'comment'; author: string; body: string }

/** Name of a command. */
export type CommandType = Command['type']

/** Class of a refusal; the API maps it to 400, 403, 404 or 409. */
export type RefusalCode = 'invalid' | 'forbidden' | 'not_found' | 'conflict' | 'late'

/** Refusal of the core, in one sentence that says what to do instead. */
export interface Refusal {
  refused: RefusalCode
  sentence: string
}

/** Makes a refusal; white space in the sentence is collapsed. */
export const refuse = (refused: RefusalCode, sentence: string): Refusal => ({
  refused,
  sentence: sentence.replace(/\s+/g, ' '),
})

/** Tells a refusal from other values. */
export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'refused' in value

/** Resolution that a person's plain "done" means for each type. */
export const DONE_BY_HAND: Record<TicketType, Resolution> = {
  task: 'no-change',
  proposal: 'approved',
  question: 'answered',
  verify: 'passed',
}
