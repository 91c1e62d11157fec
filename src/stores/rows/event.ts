/** An entry of the log and its row: the kind of event in one column, the rest of it as JSON in another. */
import { type EventType, type LogEntry, SEND_BACK_REASONS, type TicketEvent } from '../../ticket/events.ts'
import { RESOLUTIONS, TYPES, WORK_PHASES } from '../../ticket/ticket.ts'
import { fieldsOf, flag, integer, load, mismatch, nullable, oneOf, type Row, text } from './fields.ts'

type Read = (row: Row, column: string) => unknown
type Shape = Record<string, Read>

const maybe =
  (read: Read): Read =>
  (row, column) =>
    nullable(row, column, read)

/** A field that may be left out. */
const optional =
  (read: Read): Read =>
  (row, column) =>
    row[column] === undefined ? undefined : read(row, column)

const among =
  (values: readonly string[]): Read =>
  (row, column) =>
    oneOf(row, column, values)

const list: Read = (row, column) => {
  const value = row[column]
  const isList = Array.isArray(value) && value.every((each) => typeof each === 'string')
  return isList ? value : mismatch(`its ${column} is no list of texts`)
}

/** A list of such things. */
const listOf =
  (shape: Shape): Read =>
  (row, column) => {
    const value = row[column]
    if (!Array.isArray(value)) mismatch(`its ${column} is no list`)
    return (value as Row[]).map((each) => shaped(shape, each))
  }

const PART: Shape = { path: text, part: text, before: maybe(text), after: maybe(text) }

/** What each kind of event carries beside its type. */
const SHAPES: Record<EventType, Shape> = {
  created: {
    title: text,
    description: maybe(text),
    ticketType: among(TYPES),
    priority: integer,
    parent: maybe(integer),
    assignedTo: maybe(text),
    createdBy: text,
    from: optional(integer),
  },
  updated: {
    title: optional(text),
    description: optional(maybe(text)),
    ticketType: optional(among(TYPES)),
    priority: optional(integer),
    assignedTo: optional(maybe(text)),
  },
  claimed: { attempt: integer, holder: text, leased: flag },
  advanced: { attempt: integer, phase: among(WORK_PHASES), why: optional(text) },
  declared: { attempt: integer, resolution: among(['no-change', 'decomposed']), reason: text },
  completed: { attempt: integer, work: maybe(text) },
  held: { attempt: integer, paths: list, parts: optional(listOf(PART)) },
  approved: {},
  unclaimed: {
    attempt: maybe(integer),
    holder: maybe(text),
    reason: maybe(text),
    times: optional(integer),
    notBefore: optional(maybe(integer)),
  },
  bounced: {
    attempt: integer,
    reason: among(SEND_BACK_REASONS),
    detail: text,
    charged: flag,
    notBefore: maybe(integer),
    front: flag,
  },
  lost: { attempt: integer, detail: text },
  escalated: { reason: text },
  done: { resolution: among(RESOLUTIONS), commit: maybe(text), reason: maybe(text) },
  reopened: {},
  blocker_added: { by: integer },
  blocker_removed: { by: integer },
  commented: { author: text, body: text },
}

export const EVENT_TYPES = Object.keys(SHAPES) as EventType[]

export const loadEntry = (row: Row): LogEntry => load(`Event ${row.seq}`, row, parseEntry)

function parseEntry(row: Row): LogEntry {
  return {
    seq: integer(row, 'seq'),
    at: integer(row, 'at'),
    ticket: integer(row, 'ticket'),
    by: text(row, 'actor'),
    event: parseEvent(oneOf(row, 'type', EVENT_TYPES), fieldsOf(row, 'detail')),
  }
}

function parseEvent(type: EventType, fields: Row): TicketEvent {
  return { type, ...shaped(SHAPES[type], fields) } as unknown as TicketEvent
}

function shaped(shape: Shape, fields: Row): Row {
  const read: Row = {}
  for (const [column, of] of Object.entries(shape)) {
    const value = of(fields, column)
    if (value !== undefined) read[column] = value
  }
  return read
}

/** The columns of an event. */
export function eventRow({ type, ...fields }: TicketEvent) {
  return { type, detail: JSON.stringify(fields) }
}
