/** What may be asked of a ticket, in the imperative. */
import type { ProtectedPart, SendBackReason } from './events.ts'
import type { Resolution, Status, TicketId, TicketType, WorkPhase } from './ticket.ts'

/** Who asks. It comes from a token or from access to the store's file, never from a flag. */
export type Actor =
  | { kind: 'person'; name: string }
  | { kind: 'swarm'; name: string }
  | { kind: 'agent'; name: string; ticket: TicketId; attempt: number }

export interface CreateTicket {
  title: string
  description?: string | null
  type?: TicketType
  priority?: number
  parent?: TicketId | null
  assignedTo?: string | null
  createdBy?: string
  /** Whether it starts out blocked: it decides the default type of a ticket for a person. */
  blocked?: boolean
}

/** What an agent's giving back is judged by: the rules do not know the log. `life/returns.ts` finds it. */
export interface Returns {
  /** Milliseconds since the epoch. */
  now: number
  /** How many tickets it waits for afterwards. */
  waitsFor: number
  /** How many times in a row agents gave it back before, with nothing changed in between or since. */
  inRow: number
  /** What agents said each time since a person last looked, oldest first. */
  said: { attempt: number; reason: string | null }[]
}

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
  /** `of`: the attempt whose work was looked at; work of another one is not approved, or rejected, by it. */
  | { type: 'approve'; title?: string; description?: string; of?: number }
  | { type: 'reject'; reason: string; of?: number }
  | { type: 'answer'; text: string }
  | { type: 'pass' }
  | { type: 'fail'; reason: string }
  | { type: 'mark-done' }
  /** The agent says why it leaves no change behind; `children` is how many sub-tickets exist. */
  | { type: 'declare'; attempt: number; noChange: string | null; children: number }
  | { type: 'finish'; attempt: number; resolution: 'no-change' | 'decomposed'; reason: string }
  | { type: 'land'; attempt: number; commit: string }
  /** Git has the ticket's commit on `main`: whatever the row says, it has landed. */
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
  /** With an attempt's number it counts only while that attempt is the live one. */
  | { type: 'release'; attempt?: number; reason?: string; returns?: Returns }
  | { type: 'escalate'; reason: string }
  | { type: 'reopen' }
  | { type: 'cancel'; reason?: string }
  /** `cycle`: the blocker already waits, directly or not, for this ticket. */
  | { type: 'block'; by: TicketId; cycle: boolean; returns?: Returns }
  | { type: 'unblock'; by: TicketId }
  | { type: 'comment'; author: string; body: string }

export type CommandType = Command['type']

/** Kinds of refusal; the API maps them to 400, 403, 404 and 409. */
export type RefusalCode = 'invalid' | 'forbidden' | 'not_found' | 'conflict' | 'late'

/** The core says no, in one sentence that says what to do instead. */
export interface Refusal {
  refused: RefusalCode
  sentence: string
}

export const refuse = (refused: RefusalCode, sentence: string): Refusal => ({
  refused,
  sentence: sentence.replace(/\s+/g, ' '),
})

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'refused' in value

/** The resolution that a person's plain "done" means for each type. */
export const DONE_BY_HAND: Record<TicketType, Resolution> = {
  task: 'no-change',
  proposal: 'approved',
  question: 'answered',
  verify: 'passed',
}
