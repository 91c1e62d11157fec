/** Comments, attempts, landings and receipts, and their rows. */
import {
  type Attempt,
  type AttemptOutcome,
  type Comment,
  LANDING_STATUSES,
  type Landing,
  OUTCOMES,
  type Receipt,
  VERDICTS,
} from '../../ports/store.ts'
import type { Spending } from '../../ticket/costs.ts'
import { SEND_BACK_REASONS } from '../../ticket/events.ts'
import { DECLARED } from '../../ticket/ticket.ts'
import { flag, integer, load, mismatch, nullable, number, oneOf, type Row, text, texts } from './fields.ts'

/** Reads a comment from its row; throws Trouble when it does not fit. */
export const loadComment = (row: Row): Comment =>
  load(`Comment ${row.id}`, row, () => ({
    id: integer(row, 'id'),
    ticket: integer(row, 'ticket'),
    author: text(row, 'author'),
    body: text(row, 'body'),
    at: integer(row, 'at'),
  }))

/** Parses the row of an attempt; one that contradicts itself throws Trouble. */
export const loadAttempt = (row: Row): Attempt =>
  load(`Attempt ${row.number} of ticket ${row.ticket}`, row, parseAttempt)

function parseAttempt(row: Row): Attempt {
  const endedAt = nullable(row, 'ended_at', integer)
  const outcome = nullable(row, 'outcome', (_, column) => oneOf(row, column, OUTCOMES))
  if ((endedAt === null) !== (outcome === null)) mismatch(`its outcome is ${outcome}, its end ${endedAt}`)
  return {
    ticket: integer(row, 'ticket'),
    number: integer(row, 'number'),
    holder: text(row, 'holder'),
    harness: nullable(row, 'harness', text),
    model: nullable(row, 'model', text),
    startedAt: integer(row, 'started_at'),
    leaseUntil: nullable(row, 'lease_until', integer),
    endedAt,
    outcome,
    failure: parseFailure(row, outcome),
    reason: nullable(row, 'reason', text),
    base: nullable(row, 'base', text),
    work: nullable(row, 'work', text),
    session: nullable(row, 'session', text),
    transcript: nullable(row, 'transcript', text),
    declared: parseDeclared(row),
    usage: {
      inputTokens: integer(row, 'input_tokens'),
      outputTokens: integer(row, 'output_tokens'),
      cacheReadTokens: integer(row, 'cache_read_tokens'),
      cacheWriteTokens: integer(row, 'cache_write_tokens'),
      turns: integer(row, 'turns'),
      costUsd: nullable(row, 'cost_usd', number),
    },
    refused: integer(row, 'refused'),
    filed: integer(row, 'filed'),
    removedAt: nullable(row, 'removed_at', integer),
  }
}

function parseFailure(row: Row, outcome: AttemptOutcome | null): Attempt['failure'] {
  const failure = nullable(row, 'failure', (_, column) => oneOf(row, column, SEND_BACK_REASONS))
  return failure === null || outcome === 'bounced' ? failure : mismatch(`it is ${outcome} by ${failure}`)
}

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

function parseDeclared(row: Row): Attempt['declared'] {
  if (row.declared === null) return null
  return {
    resolution: oneOf(row, 'declared', DECLARED),
    reason: text(row, 'declared_reason'),
  }
}

/** Columns of an attempt. */
export function attemptRow(attempt: Attempt) {
  const { usage } = attempt
  return {
    ticket: attempt.ticket,
    number: attempt.number,
    holder: attempt.holder,
    harness: attempt.harness,
    model: attempt.model,
    started_at: attempt.startedAt,
    lease_until: attempt.leaseUntil,
    ended_at: attempt.endedAt,
    outcome: attempt.outcome,
    reason: attempt.reason,
    base: attempt.base,
    work: attempt.work,
    session: attempt.session,
    transcript: attempt.transcript,
    declared: attempt.declared?.resolution ?? null,
    declared_reason: attempt.declared?.reason ?? null,
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    turns: usage.turns,
    cost_usd: usage.costUsd,
    refused: attempt.refused,
    filed: attempt.filed,
    removed_at: attempt.removedAt,
    failure: attempt.failure,
  }
}

/** Parses the row of a landing; one that contradicts itself throws Trouble. */
export const loadLanding = (row: Row): Landing => load(`Landing ${row.id}`, row, parseLanding)

function parseLanding(row: Row): Landing {
  const status = oneOf(row, 'status', LANDING_STATUSES)
  const endedAt = nullable(row, 'ended_at', integer)
  if ((status === 'queued') !== (endedAt === null)) mismatch(`it is ${status}, its end ${endedAt}`)
  return {
    id: integer(row, 'id'),
    ticket: integer(row, 'ticket'),
    attempt: integer(row, 'attempt'),
    work: text(row, 'work'),
    status,
    queuedAt: integer(row, 'queued_at'),
    endedAt,
    candidate: nullable(row, 'candidate', text),
    detail: nullable(row, 'detail', text),
  }
}

/** Columns of a landing. */
export function landingRow(landing: Omit<Landing, 'id'>) {
  return {
    ticket: landing.ticket,
    attempt: landing.attempt,
    work: landing.work,
    status: landing.status,
    queued_at: landing.queuedAt,
    ended_at: landing.endedAt,
    candidate: landing.candidate,
    detail: landing.detail,
  }
}

/** Parses the row of a receipt. */
export const loadReceipt = (row: Row): Receipt =>
  load(`Receipt ${row.id}`, row, () => ({
    id: integer(row, 'id'),
    tree: text(row, 'tree'),
    fingerprint: text(row, 'fingerprint'),
    verdict: oneOf(row, 'verdict', VERDICTS),
    flaky: flag(row, 'flaky'),
    preExisting: flag(row, 'pre_existing'),
    command: text(row, 'command'),
    exit: nullable(row, 'exit', integer),
    signal: nullable(row, 'signal', text),
    output: text(row, 'output'),
    sandbox: text(row, 'sandbox'),
    ticket: nullable(row, 'ticket', integer),
    attempt: nullable(row, 'attempt', integer),
    doubts: texts(row, 'doubts'),
    startedAt: integer(row, 'started_at'),
    durationMs: number(row, 'duration_ms'),
  }))

/** Columns of a receipt. */
export function receiptRow(receipt: Omit<Receipt, 'id'>) {
  return {
    tree: receipt.tree,
    fingerprint: receipt.fingerprint,
    verdict: receipt.verdict,
    flaky: Number(receipt.flaky),
    pre_existing: Number(receipt.preExisting),
    command: receipt.command,
    exit: receipt.exit,
    signal: receipt.signal,
    output: receipt.output,
    sandbox: receipt.sandbox,
    ticket: receipt.ticket,
    attempt: receipt.attempt,
    doubts: JSON.stringify(receipt.doubts),
    started_at: receipt.startedAt,
    duration_ms: receipt.durationMs,
  }
}
