/** A ticket as programs see it: the original's fields with the original's meaning, and ours beside them. */
import {
  assignee,
  needsPerson,
  type Resolution,
  type Status,
  type Ticket,
  type TicketType,
} from './ticket.ts'

export interface TicketJson {
  id: number
  title: string
  description: string | null
  status: Status
  type: TicketType
  assigned_to: string | null
  parent_id: number | null
  created_by: string
  /** UTC, `YYYY-MM-DD HH:MM:SS`. */
  created_at: string
  updated_at: string
  priority: number
  /** The number of the newest attempt; 0 before the first. */
  attempts: number
  /** Of the live attempt: `preparing`, `working`, `verifying` or `queued`. */
  phase: string | null
  needs_person: boolean
  /** UTC, `YYYY-MM-DD HH:MM:SS`: it backs off until then. */
  not_before: string | null
  /** Why it backs off. */
  delay: string | null
  /** Protected paths that wait for a person's approval. */
  held: string[]
  resolution: Resolution | null
  /** The commit on `main`, when it landed. */
  commit: string | null
  reason: string | null
  blocked_by: number[]
}

export function ticketJson(ticket: Ticket): TicketJson {
  const { stage } = ticket
  return {
    id: ticket.id,
    title: ticket.title,
    description: ticket.description,
    status: stage.status,
    type: ticket.type,
    assigned_to: assignee(ticket),
    parent_id: ticket.parent,
    created_by: ticket.createdBy,
    created_at: timestamp(ticket.createdAt),
    updated_at: timestamp(ticket.updatedAt),
    priority: ticket.priority,
    attempts: ticket.attempts,
    phase: phase(ticket),
    needs_person: needsPerson(ticket),
    not_before: stage.status === 'open' && stage.notBefore !== null ? timestamp(stage.notBefore) : null,
    delay: stage.status === 'open' ? stage.delay : null,
    held: stage.status === 'ready' ? stage.held : [],
    resolution: stage.status === 'done' ? stage.resolution : null,
    commit: stage.status === 'done' ? stage.commit : null,
    reason: stage.status === 'done' ? stage.reason : null,
    blocked_by: ticket.blockedBy,
  }
}

function phase({ stage }: Ticket): string | null {
  if (stage.status === 'in_progress') return stage.phase
  return stage.status === 'ready' && stage.work !== null ? 'queued' : null
}

/** Milliseconds since the epoch → `YYYY-MM-DD HH:MM:SS` in UTC, as the original stores times. */
export const timestamp = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ')
