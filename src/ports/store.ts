/**
 * Store of tickets and the log. Two adapters, one contract suite (tests/contracts/store.ts).
 *
 * Everything that changes happens inside `transact`: one transaction, serialised against every other writer, also of
 * other processes. Reads outside see the last committed state. A row that does not parse does not load.
 */
import type { Census } from '../ticket/census.ts'
import type { Spending } from '../ticket/costs.ts'
import type { Claimed, EventOf, EventType, LogEntry, SendBackReason, TicketEvent } from '../ticket/events.ts'
import type { Rejected } from '../ticket/proposing.ts'
import type { StageOf, Status, Ticket, TicketId, TicketType } from '../ticket/ticket.ts'
import type { NoticeReads, NoticeWrites } from './notices.ts'
import type { Stretches, Tally } from './tallies.ts'

/** Store of tickets, attempts, landings, receipts, notices and the log. */
export interface Store extends Reads {
  /**
   * Runs `work` in one transaction and commits what it wrote, or nothing when it throws. `work` awaits only the
   * transaction it is given, except for the move of `main`, which must be fenced by it (life/landing/land.ts).
   */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Number that changes whenever another process commits something. Cheap enough to poll. */
  version(): Promise<number>
  close(): Promise<void>
}

/** Filter of tickets; conditions that are left out match everything. */
export interface TicketFilter {
  status?: Status[]
  assignedTo?: string
  parent?: TicketId
  /** Ids to include; combines only with `status`, `after` and `limit`. */
  ids?: TicketId[]
  /** Lower bound (exclusive) of ids: the cursor of a page. */
  after?: TicketId
  limit?: number
}

/** Ticket, as a table shows it. */
export interface TicketRow extends Pick<StageOf<'open'>, 'notBefore' | 'delay'> {
  id: TicketId
  title: string
  status: Status
  type: TicketType
  /** Holder or assignee. */
  assignedTo: string | null
}

/** Filter of the log; conditions that are left out match everything. */
export interface LogFilter {
  /** Upper bound (exclusive) of event numbers: the cursor of a page. */
  before?: number
  ticket?: TicketId
  /** Name of the cause of the event. */
  by?: string
  types?: EventType[]
  limit: number
}

/** Comment on a ticket. */
export interface Comment {
  id: number
  ticket: TicketId
  author: string
  body: string
  at: number
}

/** Reads of the store, inside and outside of a transaction. */
export interface Reads extends NoticeReads {
  ticket(id: TicketId): Promise<Ticket | null>
  /** Tickets that match the filter, by rising id. */
  tickets(filter: TicketFilter): Promise<Ticket[]>
  /** Rows of tickets that match the filter: ten times faster than `tickets`. */
  rows(filter: TicketFilter): Promise<TicketRow[]>
  count(filter: Pick<TicketFilter, 'status' | 'assignedTo'>): Promise<number>
  /** Number of tickets in each state at `now`, derived states included. */
  census(now: number): Promise<Census>
  /** Tickets that may be claimed at `now`, in claim order. */
  readyList(now: number, limit: number): Promise<Ticket[]>
  /** Tickets that wait for a person: assigned to one, or waiting for approval in the merge queue. By id. */
  inbox(): Promise<Ticket[]>
  /** Proposals that a person has rejected, newest first. */
  rejected(limit?: number): Promise<Rejected[]>
  /** Number of its blockers that are not done. */
  openBlockers(id: TicketId): Promise<number>
  /** Ids of the tickets that wait for this one, by id. */
  dependents(id: TicketId): Promise<TicketId[]>
  /** True when `id` waits for `forId`, directly or through others; true for the same id. */
  waitsFor(id: TicketId, forId: TicketId): Promise<boolean>
  /** Comments of a ticket, oldest first. */
  comments(id: TicketId): Promise<Comment[]>
  /** Events after `seq`, oldest first. */
  events(filter: { after?: number; ticket?: TicketId; limit: number }): Promise<LogEntry[]>
  /** Events that match the filter, newest first. */
  recentEvents(filter: LogFilter): Promise<LogEntry[]>
  lastSeq(): Promise<number>
  attempt(ticket: TicketId, number: number): Promise<Attempt | null>
  /** Attempts that match the filter, newest first. `live`: only those that have not ended. */
  attempts(filter: { ticket?: TicketId; live?: boolean; limit?: number }): Promise<Attempt[]>
  /**
   * Attempts that ended by `before`, at tickets that are done and unchanged since, or at the ticket of proposing, with
   * nothing removed yet. The earliest end comes first.
   */
  overdue(before: number, limit: number): Promise<Attempt[]>
  /** Usage by attempts of harnesses: one entry per group and model, groups ordered by name or time. */
  spending(filter: SpendingFilter): Promise<Spending[]>
  landing(ticket: TicketId, attempt: number): Promise<Landing | null>
  /** `queued` in merge queue order, every other status newest first. */
  landings(filter: { status: LandingStatus; limit?: number }): Promise<Landing[]>
  /** The newest receipt of this tree under this gate, or null. */
  receipt(tree: string, fingerprint: string): Promise<Receipt | null>
  /** Receipts that match the filter, newest first. */
  receipts(filter: { tree?: string; ticket?: TicketId; limit: number }): Promise<Receipt[]>
  setting(name: string): Promise<string | null>
  /** Tallies by rising stretch; stretches in which nothing happened are left out. */
  tallies(stretches: Stretches): Promise<Tally[]>
}

/** Name of the setting that holds the time of the last restore from a backup, which gives the store another log. */
export const RESTORED = 'restored'

/** Name of the setting that holds the highest id given out, also to tickets that are gone. */
export const IDS_GIVEN_OUT = 'ids given out'

/** Filter and grouping of `spending`. */
export interface SpendingFilter {
  /** Earliest start of attempts; milliseconds since the epoch. */
  since: number
  /** Include attempts that began before and have not ended. */
  live?: boolean
  ticket?: TicketId
  /**
   * Grouping, and thus `key`: `ticket/number`, the ticket, the agent's name, or the start of the quarter of an hour in
   * which they began, in milliseconds since the epoch (days of every time zone consist of quarters). Default: one
   * group.
   */
  by?: 'attempt' | 'ticket' | 'agent' | 'quarter'
}

/** One transaction: reads and writes that commit together. */
export interface Tx extends Reads, NoticeWrites {
  /** First ticket of the ready list, or null. Takes O(log n) of the number of tickets. */
  firstReady(now: number): Promise<Ticket | null>
  /** New id for a ticket that `save` will write in this transaction: above all tickets and `IDS_GIVEN_OUT`. */
  nextId(): Promise<TicketId>
  /**
   * Writes the row and appends the events that led to it: the only way in which a ticket changes. `at` is the time of
   * the events; default: the ticket's `updatedAt`, which a comment alone does not move.
   */
  save(ticket: Ticket, events: TicketEvent[], by: string, at?: number): Promise<LogEntry[]>
  putAttempt(attempt: Attempt): Promise<void>
  putLanding(landing: Omit<Landing, 'id'>): Promise<void>
  addReceipt(receipt: Omit<Receipt, 'id'>): Promise<Receipt>
  putSetting(name: string, value: string): Promise<void>
}

export const OUTCOMES = ['landed', 'finished', 'bounced', 'released', 'lost', 'refused'] as const
/** Outcome of an attempt that has ended. */
export type AttemptOutcome = (typeof OUTCOMES)[number]

/** Tokens, turns and money that an attempt used. */
export interface Usage {
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  turns: number
  /** US dollars; null when the harness does not report it. Unknown is not zero. */
  costUsd: number | null
}

/** Row of an attempt: its claim, its work and its end. */
export interface Attempt {
  ticket: TicketId
  number: number
  holder: string
  /** Name of the harness; null for a claim made by hand. */
  harness: string | null
  /** Model that did the thinking, as far as known. */
  model: string | null
  startedAt: number
  /** End of the lease unless renewed, in milliseconds since the epoch; null for a claim made by hand. */
  leaseUntil: number | null
  endedAt: number | null
  outcome: AttemptOutcome | null
  /** The class of what it failed by, when it was sent back; null of any other. */
  failure: SendBackReason | null
  /**
   * Reason for its end, in words; where it was sent back, the class goes before them (`reasonOf` in
   * ticket/failures.ts).
   */
  reason: string | null
  /** Tip of `main` at its start. */
  base: string | null
  /** Newest commit of its work, saved in a ref. */
  work: string | null
  /** The harness's session, to resume. */
  session: string | null
  /** Reference of the transcript, for the transcripts port. */
  transcript: string | null
  /** Word of the agent that there is nothing to land, with its reason; null when it did not say so. */
  declared: Pick<EventOf<'declared'>, 'resolution' | 'reason'> | null
  usage: Usage
  /** Number of requests that the gateway refused. */
  refused: number
  /** Number of tickets that its agent has filed. */
  filed: number
  /**
   * Time at which its leftovers were removed, long after its ticket was over (landed work stays); null: still there.
   */
  removedAt: number | null
}

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

/** An attempt's commit in the merge queue. One for each attempt at most. */
export interface Landing {
  id: number
  ticket: TicketId
  attempt: number
  /** The squashed commit that was submitted. */
  work: string
  status: LandingStatus
  queuedAt: number
  endedAt: number | null
  /** Commit that `main` is about to be moved to, written before the move: after a crash git is asked for it. */
  candidate: string | null
  /** Reason why it left the merge queue without landing. */
  detail: string | null
}

export const VERDICTS = ['green', 'red', 'could not run'] as const
/** Verdict of a gate run. */
export type Verdict = (typeof VERDICTS)[number]

/** The stored record of one gate run. */
export interface Receipt {
  id: number
  /** The exact tree that was verified. */
  tree: string
  /** Fingerprint of the gate: its files, its settings and the kind of sandbox. */
  fingerprint: string
  verdict: Verdict
  /** Red at first and green on the same tree, or the other way round. */
  flaky: boolean
  /** True for a red run in which `main` itself fails in the same way. */
  preExisting: boolean
  command: string
  exit: number | null
  signal: string | null
  /** The end of what it printed, at most 64 KiB. */
  output: string
  sandbox: string
  ticket: TicketId | null
  attempt: number | null
  /** Signs that the change weakens tests, for a person to look at; each as `path: what`. */
  doubts: string[]
  startedAt: number
  durationMs: number
}
