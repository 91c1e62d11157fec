/** Shapes of the core → readers and writers of columns. */
import type { Fields, Form, Shape, Values } from '../../ticket/shape.ts'
import { snakeCase } from '../../ticket/snake-case.ts'
import { flag, integer, json, mismatch, nullable, number, oneOf, type Row, text } from './fields.ts'

type Shapes = Record<string, Shape<unknown>>

/** Columns of a record, ready to be stored. */
export type Columns = Record<string, string | number | null>

/**
 * Reads the fields of a record from its row: `startedAt` from `started_at`, a list from JSON, and the fields of a record
 * in it from columns of their own.
 */
export function readRow<F extends Shapes>(fields: F, row: Row): Values<F> {
  const read: Row = {}
  for (const [name, { form }] of Object.entries(fields)) read[name] = column(form, row, snakeCase(name))
  return read as Values<F>
}

function column(form: Form, row: Row, name: string): unknown {
  if (form.kind === 'fields') return readRow(form.fields as Shapes, row)
  return form.kind === 'list'
    ? parseList(form.of, { [name]: json(text(row, name)) }, name)
    : parse(form, row, name)
}

/** Makes the columns that `readRow` reads. */
export function columnsOf<F extends Shapes>(fields: F, record: Values<F>): Columns {
  const given = record as Row
  const columns: Columns = {}
  for (const [name, { form }] of Object.entries(fields)) {
    const value = given[name]
    const column = snakeCase(name)
    if (form.kind === 'fields') Object.assign(columns, columnsOf(form.fields as Shapes, value as Row))
    else if (form.kind === 'flag') columns[column] = Number(value)
    else columns[column] = form.kind === 'list' ? JSON.stringify(value) : (value as string | number | null)
  }
  return columns
}

/** Reads fields from an object of JSON, whose names are the same. */
export function readJson(fields: Fields, given: Row): Row {
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
    case 'number':
      return number(row, column)
    case 'flag':
      return flag(row, column)
    case 'among':
      return oneOf(row, column, form.values)
    case 'nullable':
      return nullable(row, column, (of, name) => parse(form.of.form, of, name))
    case 'list':
      return parseList(form.of, row, column)
    case 'fields':
      return readJson(form.fields, objectIn(row, column))
    case 'union': {
      const given = objectIn(row, column)
      const which = oneOf(given, form.by, Object.keys(form.cases))
      return { [form.by]: which, ...readJson(form.cases[which]!, given) }
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
