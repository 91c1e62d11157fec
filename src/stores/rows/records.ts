/** Comments, attempts, landings and receipts, and their rows. */
import { ATTEMPT, type Attempt, LANDING, type Landing, RECEIPT, type Receipt } from '../../ports/attempts.ts'
import type { Comment } from '../../ports/store.ts'
import type { Spending } from '../../ticket/costs.ts'
import { DECLARED } from '../../ticket/ticket.ts'
import { integer, load, mismatch, nullable, number, oneOf, type Row, text } from './fields.ts'
import { columnsOf, readRow } from './shapes.ts'

/** Reads a comment from its row; throws Trouble when it does not fit. */
export const loadComment = (row: Row): Comment =>
  load(`Comment ${row.id}`, row, () => ({
    id: integer(row, 'id'),
    ticket: integer(row, 'ticket'),
    author: text(row, 'author'),
    body: text(row, 'body'),
    at: integer(row, 'at'),
  }))

/** The fields that are columns as they are: what an agent declared is in two of its own. */
const { declared: _declared, ...OF_ATTEMPT } = ATTEMPT

/** Parses the row of an attempt; one that contradicts itself throws Trouble. */
export const loadAttempt = (row: Row): Attempt =>
  load(`Attempt ${row.number} of ticket ${row.ticket}`, row, parseAttempt)

function parseAttempt(row: Row): Attempt {
  const attempt = { ...readRow(OF_ATTEMPT, row), declared: parseDeclared(row) }
  const { outcome, endedAt, failure } = attempt
  if ((endedAt === null) !== (outcome === null)) mismatch(`its outcome is ${outcome}, its end ${endedAt}`)
  if (failure !== null && outcome !== 'bounced') mismatch(`it is ${outcome} by ${failure}`)
  return attempt
}

function parseDeclared(row: Row): Attempt['declared'] {
  if (row.declared === null) return null
  return {
    resolution: oneOf(row, 'declared', DECLARED),
    reason: text(row, 'declared_reason'),
  }
}

/** Columns of an attempt. */
export const attemptRow = (attempt: Attempt) => ({
  ...columnsOf(OF_ATTEMPT, attempt),
  declared: attempt.declared?.resolution ?? null,
  declared_reason: attempt.declared?.reason ?? null,
})

/** Reads a sum of spending from its row; throws Trouble when it does not fit. */
export const loadSpending = (row: Row): Spending =>
  load(`Spending of ${row.key}`, row, () => ({
    key: text(row, 'key'),
    model: nullable(row, 'model', text),
    attempts: integer(row, 'attempts'),
    usd: number(row, 'usd'),
    tokens: integer(row, 'tokens'),
    unpriced: {
      attempts: integer(row, 'unpriced'),
      silent: integer(row, 'silent'),
      tokens: {
        inputTokens: integer(row, 'input_tokens'),
        outputTokens: integer(row, 'output_tokens'),
        cacheReadTokens: integer(row, 'cache_read_tokens'),
        cacheWriteTokens: integer(row, 'cache_write_tokens'),
      },
    },
  }))

/** Parses the row of a landing; one that contradicts itself throws Trouble. */
export const loadLanding = (row: Row): Landing => load(`Landing ${row.id}`, row, parseLanding)

function parseLanding(row: Row): Landing {
  const landing = readRow(LANDING, row)
  const { status, endedAt } = landing
  if ((status === 'queued') !== (endedAt === null)) mismatch(`it is ${status}, its end ${endedAt}`)
  return landing
}

const { id: _landing, ...OF_LANDING } = LANDING

/** Columns of a landing, which gets its id from the store. */
export const landingRow = (landing: Omit<Landing, 'id'>) => columnsOf(OF_LANDING, landing)

/** Parses the row of a receipt. */
export const loadReceipt = (row: Row): Receipt => load(`Receipt ${row.id}`, row, () => readRow(RECEIPT, row))

const { id: _receipt, ...OF_RECEIPT } = RECEIPT

/** Columns of a receipt, which gets its id from the store. */
export const receiptRow = (receipt: Omit<Receipt, 'id'>) => columnsOf(OF_RECEIPT, receipt)
