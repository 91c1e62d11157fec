/**
 * Attempts, and what stands beside them: their landings and the receipts of their gates. One description of each is the
 * type, what the store reads and writes, and, of the fields that programs see, what the API shows.
 */
import { type Claimed, SEND_BACK_REASONS } from '../ticket/events.ts'
import { OUTCOMES } from '../ticket/outcomes.ts'
import {
  among,
  fields,
  flag,
  integer,
  list,
  meaning,
  nullable,
  number,
  text,
  type Values,
} from '../ticket/shape.ts'
import { DECLARED, type TicketId } from '../ticket/ticket.ts'

const USAGE = {
  inputTokens: number,
  outputTokens: number,
  cacheReadTokens: number,
  cacheWriteTokens: number,
  turns: number,
  /** US dollars; null when the harness does not report it. Unknown is not zero. */
  costUsd: nullable(number),
}
/** Tokens, turns and money that an attempt used. */
export type Usage = Values<typeof USAGE>

/** Fields of an attempt that programs see. */
export const ATTEMPT_SHOWN = {
  ticket: integer,
  number: integer,
  holder: text,
  /** Name of the harness; null for a claim made by hand. */
  harness: nullable(text),
  startedAt: integer,
  /** End of the lease unless renewed, in milliseconds since the epoch; null for a claim made by hand. */
  leaseUntil: nullable(integer),
  endedAt: nullable(integer),
  outcome: nullable(among(OUTCOMES)),
  /**
   * Reason for its end, in words; where it was sent back, the class goes before them (`reasonOf` in
   * ticket/failures.ts).
   */
  reason: nullable(text),
  /** Tip of `main` at its start. */
  base: nullable(text),
  /** Newest commit of its work, saved in a ref. */
  work: nullable(text),
  /**
   * Time at which its leftovers were removed, long after its ticket was over (landed work stays); null: still there.
   */
  removedAt: meaning(
    'When its transcript, and its work unless that landed, were removed; null: they are kept',
    nullable(integer),
  ),
  /** Word of the agent that there is nothing to land, with its reason; null when it did not say so. */
  declared: nullable(fields({ resolution: among(DECLARED), reason: text })),
  usage: fields(USAGE),
  /** Number of requests that the gateway refused. */
  refused: meaning('How often the gateway refused something that it asked for', integer),
}

/** Fields of an attempt. */
export const ATTEMPT = {
  ...ATTEMPT_SHOWN,
  /** Model that did the thinking, as far as known. */
  model: nullable(text),
  /** The class of what it failed by, when it was sent back; null of any other. */
  failure: nullable(among(SEND_BACK_REASONS)),
  /** The harness's session, to resume. */
  session: nullable(text),
  /** Reference of the transcript, for the transcripts port. */
  transcript: nullable(text),
  /** Number of tickets that its agent has filed. */
  filed: integer,
}
/** Row of an attempt: its claim, its work and its end. */
export type Attempt = Values<typeof ATTEMPT>

export const NO_USAGE: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  turns: 0,
  costUsd: null,
}

type Claim = Pick<Claimed, 'attempt' | 'holder'>

/** Makes the row of a new attempt: a claim by hand, until a lease and a harness are set. */
export const newAttempt = (ticket: TicketId, by: Claim, at: number): Attempt => ({
  ticket,
  number: by.attempt,
  holder: by.holder,
  harness: null,
  model: null,
  startedAt: at,
  leaseUntil: null,
  endedAt: null,
  outcome: null,
  failure: null,
  reason: null,
  base: null,
  work: null,
  session: null,
  transcript: null,
  declared: null,
  usage: NO_USAGE,
  refused: 0,
  filed: 0,
  removedAt: null,
})

export const LANDING_STATUSES = ['queued', 'landed', 'bounced', 'withdrawn'] as const
/** Status of a landing. */
export type LandingStatus = (typeof LANDING_STATUSES)[number]

/** Fields of a landing that programs see. */
export const LANDING_SHOWN = {
  id: integer,
  ticket: integer,
  attempt: integer,
  /** The squashed commit that was submitted. */
  work: text,
  status: among(LANDING_STATUSES),
  queuedAt: integer,
  endedAt: nullable(integer),
  /** Reason why it left the merge queue without landing. */
  detail: nullable(text),
}

/** Fields of a landing. */
export const LANDING = {
  ...LANDING_SHOWN,
  /** Commit that `main` is about to be moved to, written before the move: after a crash git is asked for it. */
  candidate: nullable(text),
}
/** An attempt's commit in the merge queue. One for each attempt at most. */
export type Landing = Values<typeof LANDING>

export const VERDICTS = ['green', 'red', 'could not run'] as const
/** Verdict of a gate run. */
export type Verdict = (typeof VERDICTS)[number]

/** Fields of a receipt; programs see all of them. */
export const RECEIPT = {
  id: integer,
  /** The exact tree that was verified. */
  tree: text,
  /** Fingerprint of the gate: its files, its settings and the kind of sandbox. */
  fingerprint: text,
  verdict: among(VERDICTS),
  /** Red at first and green on the same tree, or the other way round. */
  flaky: flag,
  /** True for a red run in which `main` itself fails in the same way. */
  preExisting: flag,
  command: text,
  exit: nullable(integer),
  signal: nullable(text),
  /** The end of what it printed, at most 64 KiB. */
  output: text,
  sandbox: text,
  ticket: nullable(integer),
  attempt: nullable(integer),
  /** Signs that the change weakens tests, for a person to look at; each as `path: what`. */
  doubts: meaning('How the change weakens tests, each as `path: what`', list(text)),
  startedAt: integer,
  durationMs: number,
}
/** The stored record of one gate run. */
export type Receipt = Values<typeof RECEIPT>
