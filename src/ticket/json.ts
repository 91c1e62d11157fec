/** A ticket as programs see it: the original's fields with the original's meaning, and ours beside them. */
import { among, flag, integer, list, meaning, nullable, text, type Values } from './shape.ts'
import {
  assignee,
  needsPerson,
  RESOLUTIONS,
  STATUSES,
  type Stage,
  type Ticket,
  TYPES,
  WORK_PHASES,
} from './ticket.ts'

const utc = meaning('UTC, YYYY-MM-DD HH:MM:SS', text)

/** The phases of a live attempt, as programs see them: that of what is submitted, too. */
export const PHASES = [...WORK_PHASES, 'queued'] as const
/** Phase of a live attempt, as programs see it. */
export type Phase = (typeof PHASES)[number]

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
  phase: meaning('Of the live attempt', nullable(among(PHASES))),
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
/** Ticket as programs see it, in JSON. */
export type TicketJson = Values<typeof TICKET_JSON>

/** Converts a ticket to JSON. */
export function ticketJson(ticket: Ticket): TicketJson {
  const { stage } = ticket
  const own = ofStage(stage)
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
    phase: own.phase,
    needs_person: needsPerson(ticket),
    not_before: own.not_before,
    delay: own.delay,
    held: own.held,
    resolution: own.resolution,
    commit: own.commit,
    reason: own.reason,
    blocked_by: ticket.blockedBy,
  }
}

type OfStage = Pick<
  TicketJson,
  'phase' | 'not_before' | 'delay' | 'held' | 'resolution' | 'commit' | 'reason'
>

const NOTHING: OfStage = {
  ...{ phase: null, not_before: null, delay: null, held: [] },
  ...{ resolution: null, commit: null, reason: null },
}

function ofStage(stage: Stage): OfStage {
  switch (stage.status) {
    case 'open': {
      const { notBefore, delay } = stage
      return { ...NOTHING, not_before: notBefore === null ? null : timestamp(notBefore), delay }
    }
    case 'in_progress':
      return { ...NOTHING, phase: stage.phase }
    case 'ready':
      return { ...NOTHING, phase: stage.work === null ? null : 'queued', held: stage.held }
    case 'done': {
      const { resolution, commit, reason } = stage
      return { ...NOTHING, resolution, commit, reason }
    }
  }
}

/** Formats milliseconds since the epoch as `YYYY-MM-DD HH:MM:SS` in UTC, as the original stores times. */
export const timestamp = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ')
