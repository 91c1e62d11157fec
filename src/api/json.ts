/** Records of the store → resources of the API. */
import {
  ATTEMPT_SHOWN,
  type Attempt,
  LANDING_SHOWN,
  type Landing,
  RECEIPT,
  type Receipt,
} from '../ports/attempts.ts'
import type { Comment } from '../ports/store.ts'
import type { LogEntry } from '../ticket/events.ts'
import { timestamp } from '../ticket/json.ts'
import { sentence } from '../ticket/sentences.ts'
import type { Shape, Values } from '../ticket/shape.ts'
import { type SnakeCase, snakeCase } from '../ticket/snake-case.ts'

/** Converts a comment. */
export const commentJson = ({ id, ticket, author, body, at }: Comment) => ({
  id,
  ticket_id: ticket,
  author,
  body,
  created_at: timestamp(at),
})

/** Converts an entry of the log, with its sentence. */
export const eventJson = (entry: LogEntry) => ({ ...entry, sentence: sentence(entry) })

/** Name of a record's field in JSON: as a column has it, but for the ticket's id. */
export type JsonName<K> = K extends 'ticket' ? 'ticket_id' : K extends string ? SnakeCase<K> : K

/** Converts the name of a record's field. */
export const jsonName = (name: string): string => (name === 'ticket' ? 'ticket_id' : snakeCase(name))

/** A record in JSON, with the records in it. */
export type JsonOf<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T as JsonName<K>]: JsonOf<T[K]> }
    : T

/** Converts the names of those fields of a record that `shown` has, and of the records in it. */
export function jsonOf<F extends Record<string, Shape<unknown>>>(
  shown: F,
  record: Values<F>,
): JsonOf<Values<F>> {
  const given = record as Record<string, unknown>
  return Object.fromEntries(
    Object.keys(shown).map((name) => [jsonName(name), renamed(given[name])]),
  ) as JsonOf<Values<F>>
}

function renamed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [jsonName(name), renamed(each)]))
}

/** Converts an attempt. */
export const attemptJson = (attempt: Attempt) => ({
  ...jsonOf(ATTEMPT_SHOWN, attempt),
  has_transcript: attempt.transcript !== null && attempt.removedAt === null,
})

/** Converts a landing. */
export const landingJson = (landing: Landing) => jsonOf(LANDING_SHOWN, landing)

/** Converts a receipt. */
export const receiptJson = (receipt: Receipt) => jsonOf(RECEIPT, receipt)
