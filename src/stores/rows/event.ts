/** An entry of the log and its row: the kind of event in one column, the rest of it as JSON in another. */
import { EVENT_TYPES, EVENTS, type EventType, type LogEntry, type TicketEvent } from '../../ticket/events.ts'
import type { Fields, Form, Shape } from '../../ticket/shape.ts'
import { fieldsOf, flag, integer, load, mismatch, nullable, oneOf, type Row, text } from './fields.ts'

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
  const read: Row = { type, ...parseFields(EVENTS[type], given) }
  return read as TicketEvent
}

function parseFields(fields: Fields, given: Row): Row {
  const read: Row = {}
  for (const [column, field] of Object.entries(fields)) {
    if (!('optional' in field)) read[column] = parse(field.form, given, column)
    else if (given[column] !== undefined) read[column] = parse(field.optional.form, given, column)
  }
  return read
}

/** Reads a column of JSON as its form says. */
function parse(form: Form, row: Row, column: string): unknown {
  switch (form.kind) {
    case 'text':
      return text(row, column)
    case 'integer':
      return integer(row, column)
    case 'flag':
      return flag(row, column)
    case 'among':
      return oneOf(row, column, form.values)
    case 'nullable':
      return nullable(row, column, (of, name) => parse(form.of.form, of, name))
    case 'list':
      return parseList(form.of, row, column)
    case 'fields':
      return parseFields(form.fields, objectIn(row, column))
    case 'union': {
      const given = objectIn(row, column)
      const which = oneOf(given, form.by, Object.keys(form.cases))
      return { [form.by]: which, ...parseFields(form.cases[which]!, given) }
    }
  }
}

function parseList(of: Shape<unknown>, row: Row, column: string): unknown[] {
  const value = row[column]
  if (!Array.isArray(value)) return mismatch(`its ${column} is no list`)
  return value.map((each) => parse(of.form, { [column]: each }, column))
}

function objectIn(row: Row, column: string): Row {
  const value = row[column]
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return mismatch(`its ${column} is no object`)
  return value as Row
}

/** The columns of an event. */
export function eventRow({ type, ...fields }: TicketEvent) {
  return { type, detail: JSON.stringify(fields) }
}
