/** Records of the store → resources of the API. */
import type { Attempt, Comment, Landing, Receipt } from '../ports/store.ts'
import type { LogEntry } from '../ticket/events.ts'
import { timestamp } from '../ticket/json.ts'
import { sentence } from '../ticket/sentences.ts'

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

/** Converts an attempt. */
export const attemptJson = (attempt: Attempt) => ({
  ticket_id: attempt.ticket,
  number: attempt.number,
  holder: attempt.holder,
  harness: attempt.harness,
  started_at: attempt.startedAt,
  lease_until: attempt.leaseUntil,
  ended_at: attempt.endedAt,
  outcome: attempt.outcome,
  reason: attempt.reason,
  base: attempt.base,
  work: attempt.work,
  has_transcript: attempt.transcript !== null && attempt.removedAt === null,
  removed_at: attempt.removedAt,
  declared: attempt.declared,
  usage: {
    input_tokens: attempt.usage.inputTokens,
    output_tokens: attempt.usage.outputTokens,
    cache_read_tokens: attempt.usage.cacheReadTokens,
    cache_write_tokens: attempt.usage.cacheWriteTokens,
    turns: attempt.usage.turns,
    cost_usd: attempt.usage.costUsd,
  },
  refused: attempt.refused,
})

/** Converts a landing. */
export const landingJson = (landing: Landing) => ({
  id: landing.id,
  ticket_id: landing.ticket,
  attempt: landing.attempt,
  work: landing.work,
  status: landing.status,
  queued_at: landing.queuedAt,
  ended_at: landing.endedAt,
  detail: landing.detail,
})

/** Converts a receipt. */
export const receiptJson = (receipt: Receipt) => ({
  id: receipt.id,
  tree: receipt.tree,
  fingerprint: receipt.fingerprint,
  verdict: receipt.verdict,
  flaky: receipt.flaky,
  pre_existing: receipt.preExisting,
  command: receipt.command,
  exit: receipt.exit,
  signal: receipt.signal,
  output: receipt.output,
  sandbox: receipt.sandbox,
  ticket_id: receipt.ticket,
  attempt: receipt.attempt,
  doubts: receipt.doubts,
  started_at: receipt.startedAt,
  duration_ms: receipt.durationMs,
})
