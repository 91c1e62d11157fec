/**
 * Store of tickets and the log. Two adapters, one contract suite (tests/contracts/store.ts).
 *
 * Everything that changes happens inside `transact`: one transaction, serialised against every other writer, also of
 * other processes. Reads outside see the last committed state. A row that does not parse does not load.
 */
import type { Census } from '../ticket/census.ts'
import type { Spending } from '../ticket/costs.ts'
import type { EventType, LogEntry, TicketEvent } from '../ticket/events.ts'
import type { Rejected } from '../ticket/proposing.ts'
import type { StageOf, Status, Ticket, TicketId, TicketType } from '../ticket/ticket.ts'
import type { Attempt, Landing, LandingStatus, Receipt } from './attempts.ts'
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
