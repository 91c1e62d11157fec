/** Readers of columns: each function gives the one type that it promises, or the row does not load. */
import { Trouble } from '../../ports/trouble.ts'

/** Row of a database, by column name. */
export type Row = Record<string, unknown>

class Mismatch extends Error {}

/** Parses a row; throws Trouble that names the row and the column when it does not fit. */
export function load<T>(what: string, row: Row, parse: (row: Row) => T): T {
  try {
    return parse(row)
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error
    throw new Trouble('store', `${what} does not load: ${error.message}.`, { retryable: false })
  }
}

/** Rejects a row that contradicts itself or holds what no row may hold. */
export function mismatch(sentence: string): never {
  throw new Mismatch(sentence)
}

const wrong = (row: Row, column: string): never =>
  mismatch(`its ${column} is ${JSON.stringify(row[column]) ?? 'missing'}`)

/** Reads a text. */
export function text(row: Row, column: string): string {
  const value = row[column]
  return typeof value === 'string' ? value : wrong(row, column)
}

/** Reads a whole number within the safe range. */
export function integer(row: Row, column: string): number {
  const value = row[column]
  return Number.isSafeInteger(value) ? (value as number) : wrong(row, column)
}

/** Reads any number. */
export function number(row: Row, column: string): number {
  const value = row[column]
  return typeof value === 'number' ? value : wrong(row, column)
}

/** Reads a truth value: SQLite stores 0 and 1. */
export function flag(row: Row, column: string): boolean {
  const value = row[column]
  if (value === 0 || value === false) return false
  return value === 1 || value === true ? true : wrong(row, column)
}

/** Reads one of the given values. */
export function oneOf<T extends string>(row: Row, column: string, values: readonly T[]): T {
  const value = row[column] as T
  return values.includes(value) ? value : wrong(row, column)
}

/** Reads null, or what `read` reads. */
export function nullable<T>(row: Row, column: string, read: (row: Row, column: string) => T): T | null {
  return row[column] === null ? null : read(row, column)
}

/** Reads a JSON array of texts. */
export function texts(row: Row, column: string): string[] {
  const value = json(text(row, column))
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : wrong(row, column)
}

/** Reads a JSON object. */
export function fieldsOf(row: Row, column: string): Row {
  const value = json(text(row, column))
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Row) : wrong(row, column)
}

/** Requires columns to be null that a row of this kind does not use. */
export function empty(row: Row, ...columns: string[]): void {
  for (const column of columns) if (row[column] !== null) wrong(row, column)
}

/** Parses JSON; broken JSON makes the row not load. */
export function json(source: string): unknown {
  try {
    return JSON.parse(source)
  } catch {
    return mismatch('it holds broken JSON')
  }
}
