/** A ticket as programs see it: the original's fields with the original's meaning, and ours beside them. */
import { among, flag, integer, list, meaning, nullable, text, type Values } from './shape.ts'
import { assignee, needsPerson, RESOLUTIONS, STATUSES, type Ticket, TYPES, WORK_PHASES } from './ticket.ts'

const utc = meaning('UTC, YYYY-MM-DD HH:MM:SS', text)

/** The phase of what is submitted, beside those of the live attempt's work. */
const QUEUED = 'queued'

export const TICKET_JSON = {
  id: integer,
  title: text,
  description: nullable(text),
  status: among(STATUSES),
  type: among(TYPES),
  assigned_to: nullable(text),
  parent_id: nullable(integer),
  created_by: text,
  created_at: utc,
  updated_at: utc,
  priority: integer,
  attempts: meaning('The number of the newest attempt; 0 before the first', integer),
  phase: meaning('Of the live attempt', nullable(among([...WORK_PHASES, QUEUED]))),
  needs_person: flag,
  not_before: meaning('It backs off until then. UTC, YYYY-MM-DD HH:MM:SS', nullable(text)),
  delay: meaning('Why it backs off', nullable(text)),
  held: meaning(
    "What waits for a person's approval: protected paths, or a path and which part of it",
    list(text),
  ),
  resolution: nullable(among(RESOLUTIONS)),
  commit: meaning('On `main`, when it landed', nullable(text)),
  reason: nullable(text),
  blocked_by: list(integer),
}
export type TicketJson = Values<typeof TICKET_JSON>

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

function phase({ stage }: Ticket): TicketJson['phase'] {
  if (stage.status === 'in_progress') return stage.phase
  return stage.status === 'ready' && stage.work !== null ? QUEUED : null
}

/** Milliseconds since the epoch → `YYYY-MM-DD HH:MM:SS` in UTC, as the original stores times. */
export const timestamp = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ')
