/** An entry of the log and its row: the kind of event in one column, the rest of it as JSON in another. */
import { EVENT_TYPES, EVENTS, type EventType, type LogEntry, type TicketEvent } from '../../ticket/events.ts'
import { fieldsOf, integer, load, oneOf, type Row, text } from './fields.ts'
import { readJson } from './shapes.ts'

/** Reads an entry of the log from its row; throws Trouble when it does not fit. */
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

function parseEvent(type: EventType, given: Row): TicketEvent {
  const read: Row = { type, ...readJson(EVENTS[type], given) }
  return read as TicketEvent
}

/** The columns of an event. */
export function eventRow({ type, ...fields }: TicketEvent) {
  return { type, detail: JSON.stringify(fields) }
}
