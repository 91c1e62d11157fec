/**
 * Prepared statements, in the fastest form for the drivers: they spend more time on names of parameters and columns
 * than SQLite does on the statement. So values go in by position, rows come out as arrays, and the names stay here.
 */
import { cleanText } from '../clean-text.ts'
import type { Row } from '../rows/fields.ts'
import type { Database } from './driver.ts'

/** Value of a parameter. */
export type Value = string | number | null
/** Parameters by position or by name. */
export type Params = Value[] | Record<string, Value>

/** Prepared statement that gives rows by column name. */
export interface Prepared {
  one(params: Params): Row | undefined
  all(params: Params): Row[]
  /** Reads rows as arrays of values. */
  arrays(params: Params): unknown[][]
  /** Runs the statement and gives the number of rows that it changed. */
  run(params: Params): number
}

/** Parameters are `?`, or all of them `:name`. */
export function prepare(database: Database, sql: string): Prepared {
  const names: string[] = []
  const byPlace = sql.replace(/:([a-z_]+)/g, (_, name: string) => {
    names.push(name)
    return '?'
  })
  const statement = database.prepare<unknown[]>(byPlace)
  statement.setReturnArrays(true)
  const places = (params: Params) =>
    Array.isArray(params) ? params.map(bindable) : names.map((name) => bindable(params[name] as Value))
  let columns: string[] = []
  const row = (values: unknown[]): Row => {
    // Asked once; a table that has got another column since makes longer rows.
    if (columns.length !== values.length) columns = statement.columns().map(({ name }) => name)
    const made: Row = {}
    for (let at = 0; at < values.length; at++) made[columns[at] as string] = values[at]
    return made
  }
  return {
    one: (params) => {
      const values = statement.get(...places(params))
      return values && row(values)
    },
    all: (params) => statement.all(...places(params)).map(row),
    arrays: (params) => statement.all(...places(params)),
    run: (params) => Number(statement.run(...places(params)).changes),
  }
}

const bindable = (value: Value) => (typeof value === 'string' ? cleanText(value) : value)
