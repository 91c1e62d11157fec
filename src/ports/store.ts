/**
 * Where tickets live. Two adapters, one contract suite (tests/contracts/store.ts).
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

export interface Store extends Reads {
  /**
   * Runs `work` in one transaction and commits what it wrote, or nothing when it throws. `work` awaits only
   * the transaction it is given; the one exception is the move of `main`, which must be fenced by it (life/landing/land.ts).
   */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** A number that changes whenever another process has committed something. Cheap enough to poll. */
  version(): Promise<number>
  close(): Promise<void>
}

export interface TicketFilter {
  status?: Status[]
  assignedTo?: string
  parent?: TicketId
  /** Only these; of the others, `status`, `after` and `limit` go with it. */
  ids?: TicketId[]
  /** Only tickets with a greater id: the cursor of a page. */
  after?: TicketId
  limit?: number
}

/** What a table shows of a ticket. */
export interface TicketRow extends Pick<StageOf<'open'>, 'notBefore' | 'delay'> {
  id: TicketId
  title: string
  status: Status
  type: TicketType
  /** Who holds it or is assigned to it. */
  assignedTo: string | null
}

/** What of the log is asked for; everything that is not said is not filtered. */
export interface LogFilter {
  /** Only what came before this number: the cursor of a page. */
  before?: number
  ticket?: TicketId
  /** The name of whoever caused it. */
  by?: string
  types?: EventType[]
  limit: number
}

export interface Comment {
  id: number
  ticket: TicketId
  author: string
  body: string
  at: number
}

export interface Reads extends NoticeReads {
  ticket(id: TicketId): Promise<Ticket | null>
  /** By id, rising. */
  tickets(filter: TicketFilter): Promise<Ticket[]>
  /** The same tickets as a table shows them, in a tenth of the time. */
  rows(filter: TicketFilter): Promise<TicketRow[]>
  count(filter: Pick<TicketFilter, 'status' | 'assignedTo'>): Promise<number>
  /** How many there are in which state at `now`, the derived states included. */
  census(now: number): Promise<Census>
  /** What may be claimed at `now`, in claim order. */
  readyList(now: number, limit: number): Promise<Ticket[]>
  /** Tickets that wait for a person: assigned to one, or waiting for approval in the merge queue. By id. */
  inbox(): Promise<Ticket[]>
  /** Proposals that a person has rejected, newest first. */
  rejected(limit?: number): Promise<Rejected[]>
  /** How many of its blockers are not done. */
  openBlockers(id: TicketId): Promise<number>
  /** Ids of the tickets that wait for this one, by id. */
  dependents(id: TicketId): Promise<TicketId[]>
  /** Whether `id` waits, directly or through others, for `forId`; itself included. */
  waitsFor(id: TicketId, forId: TicketId): Promise<boolean>
  /** Oldest first. */
  comments(id: TicketId): Promise<Comment[]>
  /** Events after `seq`, oldest first. */
  events(filter: { after?: number; ticket?: TicketId; limit: number }): Promise<LogEntry[]>
  /** Newest first. */
  recentEvents(filter: LogFilter): Promise<LogEntry[]>
  lastSeq(): Promise<number>
  attempt(ticket: TicketId, number: number): Promise<Attempt | null>
  /** Newest first. `live`: only those that have not ended. */
  attempts(filter: { ticket?: TicketId; live?: boolean; limit?: number }): Promise<Attempt[]>
  /**
   * Those that ended by `before`, at tickets that are done and have not changed since, or at that of proposing; of which
   * nothing has been removed yet. Those that ended first come first.
   */
  overdue(before: number, limit: number): Promise<Attempt[]>
  /** What attempts of harnesses used: one for each group and model, groups in the order of their names or times. */
  spending(filter: SpendingFilter): Promise<Spending[]>
  landing(ticket: TicketId, attempt: number): Promise<Landing | null>
  /** `queued` in merge queue order, every other status newest first. */
  landings(filter: { status: LandingStatus; limit?: number }): Promise<Landing[]>
  /** The newest receipt of this tree under this gate, or null. */
  receipt(tree: string, fingerprint: string): Promise<Receipt | null>
  /** Newest first. */
  receipts(filter: { tree?: string; ticket?: TicketId; limit: number }): Promise<Receipt[]>
  setting(name: string): Promise<string | null>
  /** By stretch, rising; those in which nothing happened are left out. */
  tallies(stretches: Stretches): Promise<Tally[]>
}

/** The setting that says when the store was last restored from a backup: its log is another one since. */
export const RESTORED = 'restored'

/** The setting that says up to which number ids have been given out, also to tickets that are not here any more. */
export const IDS_GIVEN_OUT = 'ids given out'

export interface SpendingFilter {
  /** Those that began then or later; milliseconds since the epoch. */
  since: number
  /** Also those that began before and have not ended. */
  live?: boolean
  ticket?: TicketId
  /**
   * What `key` is: `ticket/number`, the ticket, the agent's name, or the quarter of an hour (its start, in milliseconds
   * since the epoch: days of every time zone are made of quarters) in which they began. None: all are one group.
   */
  by?: 'attempt' | 'ticket' | 'agent' | 'quarter'
}

export interface Tx extends Reads, NoticeWrites {
  /** The first of the ready list, or null. In O(log n) of the number of tickets. */
  firstReady(now: number): Promise<Ticket | null>
  /** A new id, for a ticket that `save` will write in this transaction: above all tickets and `IDS_GIVEN_OUT`. */
  nextId(): Promise<TicketId>
  /**
   * Writes the row and appends the events that led to it. The only way in which a ticket changes. `at` is when they
   * happened: the ticket's `updatedAt` by default, which a comment alone does not move.
   */
  save(ticket: Ticket, events: TicketEvent[], by: string, at?: number): Promise<LogEntry[]>
  putAttempt(attempt: Attempt): Promise<void>
  putLanding(landing: Omit<Landing, 'id'>): Promise<void>
  addReceipt(receipt: Omit<Receipt, 'id'>): Promise<Receipt>
  putSetting(name: string, value: string): Promise<void>
}

export const OUTCOMES = ['landed', 'finished', 'bounced', 'released', 'lost', 'refused'] as const
export type AttemptOutcome = (typeof OUTCOMES)[number]

export interface Usage {
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  turns: number
  /** US dollars; null when the harness does not report it. Unknown is not zero. */
  costUsd: number | null
}

export interface Attempt {
  ticket: TicketId
  number: number
  holder: string
  /** Null for a claim made by hand. */
  harness: string | null
  /** The model that did the thinking, as far as is known. */
  model: string | null
  startedAt: number
  /** Milliseconds since the epoch at which it is taken for dead unless renewed; null: made by hand. */
  leaseUntil: number | null
  endedAt: number | null
  outcome: AttemptOutcome | null
  /** The class of what it failed by, when it was sent back; null of any other. */
  failure: SendBackReason | null
  /** Why it ended, in words; where it was sent back, the class goes before them (`reasonOf` in ticket/failures.ts). */
  reason: string | null
  /** The tip of `main` it began at. */
  base: string | null
  /** Its newest commit, kept in a ref whatever happens. */
  work: string | null
  /** The harness's session, to resume. */
  session: string | null
  /** What the transcripts port knows the transcript by. */
  transcript: string | null
  /** Why there is nothing to land, when the agent said so. */
  declared: Pick<EventOf<'declared'>, 'resolution' | 'reason'> | null
  usage: Usage
  /** How often the gateway refused something that it asked for. */
  refused: number
  /** How many tickets its agent has filed. */
  filed: number
  /** When what it left was removed, since its ticket had been over for long; but for work that landed. Null: it is kept. */
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

/** An attempt as a claim begins it: by hand, until somebody gives it a lease and a harness. */
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
  /** The commit that `main` is about to be moved to, written before the move: after a crash git is asked for it. */
  candidate: string | null
  /** Why it left the merge queue without landing. */
  detail: string | null
}

export const VERDICTS = ['green', 'red', 'could not run'] as const
export type Verdict = (typeof VERDICTS)[number]

/** The stored record of one gate run. */
export interface Receipt {
  id: number
  /** The exact tree that was verified. */
  tree: string
  /** Of the gate: its files, its settings and the kind of sandbox. */
  fingerprint: string
  verdict: Verdict
  /** Red at first and green on the same tree, or the other way round. */
  flaky: boolean
  /** For a red one: `main` itself fails in the same way. */
  preExisting: boolean
  command: string
  exit: number | null
  signal: string | null
  /** The end of what it printed, at most 64 KiB. */
  output: string
  sandbox: string
  ticket: TicketId | null
  attempt: number | null
  /** How the change weakens tests, for a person to look at; each as `path: what`. */
  doubts: string[]
  startedAt: number
  durationMs: number
}
