/** Rows of the original, read as what they can be here. Data that does not fit is repaired and noted, never lost. */
import {
  HUMAN,
  STATUSES,
  type Status,
  type TicketId,
  type TicketType,
  TYPES,
} from '../../../ticket/ticket.ts'
import { cleanText } from '../../clean-text.ts'
import type { Row } from '../../rows/fields.ts'
import { breakCycles } from './cycles.ts'

/** Ticket of the original. */
export interface OldTicket {
  id: TicketId
  title: string
  description: string | null
  status: Status
  type: TicketType
  assignedTo: string | null
  parent: TicketId | null
  createdBy: string
  createdAt: number
  updatedAt: number
  blockedBy: TicketId[]
}

/** Comment of the original. */
export interface OldComment {
  id: number
  ticket: TicketId
  author: string
  body: string
  at: number
}

/** Line of the original's activity log. */
export interface OldActivity {
  ticket: TicketId
  agent: string | null
  action: string
  detail: string
  at: number
}

/** Rows of the original's tables. */
export interface OldRows {
  tickets: Row[]
  blockers: Row[]
  comments: Row[]
  activity: Row[]
}

/** Parsed database of the original. */
export interface Original {
  tickets: OldTicket[]
  comments: OldComment[]
  activity: OldActivity[]
}

type Note = (sentence: string) => void

/** Parses rows of the original; `note` receives a sentence for each repair. */
export function readOriginal(rows: OldRows, note: Note): Original {
  const known = new Set(rows.tickets.map((row) => Number(row.id)))
  const waitsFor = readBlockers(rows.blockers, known, note)
  return {
    tickets: rows.tickets
      .map((row) => readTicket(row, known, note))
      .map((ticket) => ({
        ...ticket,
        blockedBy: (waitsFor.get(ticket.id) ?? []).sort((a, b) => a - b),
      })),
    comments: readComments(rows.comments, known, note),
    activity: rows.activity.filter((row) => known.has(Number(row.ticket_id))).map(readActivity),
  }
}

function readTicket(row: Row, known: Set<TicketId>, note: Note): OldTicket {
  const id = Number(row.id)
  const createdAt = time(row.created_at) ?? time(row.updated_at) ?? 0
  if (time(row.created_at) === null) note(`Ticket ${id} had no time of creation that can be read.`)
  const status = readStatus(row, note)
  const held = status === 'in_progress' || status === 'ready'
  const assignedTo = words(row.assigned_to) || null
  if (held && assignedTo === null) note(`Ticket ${id} was ${status} in nobody's name; ${HUMAN} holds it now.`)
  const parent = row.parent_id == null ? null : Number(row.parent_id)
  const hasParent = parent !== null && known.has(parent)
  if (parent !== null && !hasParent) note(`Ticket ${id} had the parent ${parent}, which does not exist.`)
  return {
    id,
    title: words(row.title) ?? '',
    description: words(row.description),
    status,
    type: TYPES.find((type) => type === row.type) ?? 'task',
    assignedTo: held ? (assignedTo ?? HUMAN) : assignedTo,
    parent: hasParent ? parent : null,
    createdBy: words(row.created_by) ?? HUMAN,
    createdAt,
    updatedAt: Math.max(time(row.updated_at) ?? createdAt, createdAt),
    blockedBy: [],
  }
}

/**
 * Reads a status. The original accepted any word; a ticket with an unknown one was never claimed, without a message.
 */
function readStatus(row: Row, note: Note): Status {
  const status = STATUSES.find((each) => each === row.status)
  if (status === undefined)
    note(`Ticket ${row.id} had the status '${words(row.status)}', which does not exist; it is open now.`)
  return status ?? 'open'
}

/** Reads blockers. The original let a ticket wait for itself, and tickets for each other. */
function readBlockers(rows: Row[], known: Set<TicketId>, note: Note): Map<TicketId, TicketId[]> {
  const waitsFor = new Map<TicketId, TicketId[]>()
  for (const row of rows) {
    const ticket = Number(row.ticket_id)
    const by = Number(row.blocked_by)
    if (ticket === by) note(`Ticket ${ticket} waited for itself; it no longer does.`)
    else if (!known.has(ticket) || !known.has(by))
      note(`Ticket ${ticket} waited for ticket ${by}, and one of them does not exist; it no longer does.`)
    else waitsFor.set(ticket, [...(waitsFor.get(ticket) ?? []), by])
  }
  for (const [ticket, by] of breakCycles(waitsFor))
    note(`Tickets ${ticket} and ${by} waited for each other; ticket ${ticket} no longer waits for ${by}.`)
  return waitsFor
}

function readComments(rows: Row[], known: Set<TicketId>, note: Note): OldComment[] {
  const comments = rows.map((row) => ({
    id: Number(row.id),
    ticket: Number(row.ticket_id),
    author: words(row.author) ?? HUMAN,
    body: words(row.body) ?? '',
    at: time(row.created_at) ?? 0,
  }))
  for (const { id, ticket } of comments)
    if (!known.has(ticket))
      note(`Comment ${id} belongs to ticket ${ticket}, which does not exist; it is only in the backup.`)
  return comments.filter(({ ticket }) => known.has(ticket))
}

const readActivity = (row: Row): OldActivity => ({
  ticket: Number(row.ticket_id),
  agent: words(row.agent_id),
  action: words(row.action) ?? '',
  detail: words(row.detail) ?? '',
  at: time(row.created_at) ?? 0,
})

/** Reads a text. The columns were not strict: they may hold a number or bytes. */
function words(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return cleanText(value instanceof Uint8Array ? Buffer.from(value).toString() : String(value))
}

/** Reads a time such as `2026-11-23 17:41:00`, in UTC, as milliseconds since the epoch. */
function time(value: unknown): number | null {
  if (typeof value !== 'string') return null
  const plain = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/.test(value)
  const parsed = Date.parse(plain ? `${value.replace(' ', 'T')}Z` : value)
  return Number.isNaN(parsed) ? null : parsed
}
