/** Reads of the store. */
import type { NoticeReads } from '../../ports/notices.ts'
import type { Reads } from '../../ports/store.ts'
import type { Census } from '../../ticket/census.ts'
import { beyondBelief } from '../../ticket/delays.ts'
import { LONGEST_DUE } from '../../ticket/due.ts'
import type { Rejected } from '../../ticket/proposing.ts'
import { loadEntry } from '../rows/event.ts'
import { integer, load, nullable, type Row, text } from '../rows/fields.ts'
import { loadNotice } from '../rows/notice.ts'
import { loadAttempt, loadComment, loadLanding, loadReceipt, loadSpending } from '../rows/records.ts'
import { loadTallies } from '../rows/tallies.ts'
import { loadTicket, loadTicketRow } from '../rows/ticket.ts'
import type { Queries } from './connection.ts'
import { countQuery, rowsQuery, ticketsQuery } from './lists.ts'

/** Limit that means no limit in SQLite. */
const ALL = -1

/** Makes the reads of the port. `from` is called for each read: the right connection depends on the moment. */
export function reads(from: () => Queries): Reads {
  return {
    ...ticketReads(from),
    ...logReads(from),
    ...recordReads(from),
    ...tallyReads(from),
    ...noticeReads(from),
  }
}

type TicketReads = Pick<
  Reads,
  | 'ticket'
  | 'tickets'
  | 'rows'
  | 'count'
  | 'census'
  | 'readyList'
  | 'inbox'
  | 'rejected'
  | 'openBlockers'
  | 'dependents'
  | 'waitsFor'
  | 'comments'
>

function ticketReads(from: () => Queries): TicketReads {
  return {
    ticket: async (id) => maybe(from().one('ticket', [id]), loadTicket),
    tickets: async (filter) => {
      const { text, params } = ticketsQuery(filter)
      return from().query(text, params).map(loadTicket)
    },
    rows: async (filter) => {
      const { text, params } = rowsQuery(filter)
      return from().arrays(text, params).map(loadTicketRow)
    },
    count: async (filter) => {
      const { text, params } = countQuery(filter)
      return single(from().query(text, params)[0], 'count') ?? 0
    },
    census: async (now) => loadCensus(from().one('census', { now, beyond: beyondBelief(now) }) as Row),
    readyList: async (now, limit) =>
      from()
        .all('ready-list', { now, beyond: beyondBelief(now), limit })
        .map(loadTicket),
    inbox: async () => from().all('inbox').map(loadTicket),
    rejected: async (limit = ALL) => from().all('rejected', [limit]).map(loadRejected),
    openBlockers: async (id) => single(from().one('open-blockers', [id]), 'count') ?? 0,
    dependents: async (id) =>
      from()
        .all('dependents', [id])
        .map((row) => integer(row, 'ticket')),
    waitsFor: async (id, forId) => from().one('waits-for', { id, for_id: forId }) !== undefined,
    comments: async (id) => from().all('comments', [id]).map(loadComment),
  }
}

const loadRejected = (row: Row): Rejected => ({
  id: integer(row, 'id'),
  title: text(row, 'title'),
  reason: nullable(row, 'reason', text),
})

function loadCensus(row: Row): Census {
  const [open, blocked, claimable] = [
    integer(row, 'open'),
    integer(row, 'blocked'),
    integer(row, 'claimable'),
  ]
  const [asked, backsOff] = [integer(row, 'asked'), integer(row, 'backs_off')]
  return {
    open,
    inProgress: integer(row, 'in_progress'),
    ready: integer(row, 'ready'),
    done: integer(row, 'done'),
    blocked,
    needsPerson: integer(row, 'needs_person'),
    forPerson: asked + integer(row, 'held'),
    claimable,
    assigned: open - blocked - claimable - backsOff - asked,
    backsOff,
    nextAt: nullable(row, 'next_at', integer),
  }
}

function logReads(from: () => Queries): Pick<Reads, 'events' | 'recentEvents' | 'lastSeq'> {
  return {
    events: async ({ after = 0, ticket, limit }) => {
      const rows =
        ticket === undefined
          ? from().all('events', { after, limit })
          : from().all('events-of-ticket', { ticket, after, limit })
      return rows.map(loadEntry)
    },
    recentEvents: async ({ before = Number.MAX_SAFE_INTEGER, ticket, by = null, types, limit }) => {
      const filter = { before, actor: by, types: types ? JSON.stringify(types) : null, limit }
      const rows =
        ticket === undefined
          ? from().all('recent-events', filter)
          : from().all('recent-events-of-ticket', { ...filter, ticket })
      return rows.map(loadEntry)
    },
    lastSeq: async () => single(from().one('last-seq'), 'seq') ?? 0,
  }
}

type RecordReads = Pick<
  Reads,
  | 'attempt'
  | 'attempts'
  | 'overdue'
  | 'spending'
  | 'landing'
  | 'landings'
  | 'receipt'
  | 'receipts'
  | 'setting'
>

function recordReads(from: () => Queries): RecordReads {
  return {
    attempt: async (ticket, number) => maybe(from().one('attempt', [ticket, number]), loadAttempt),
    attempts: async ({ ticket, live = false, limit = ALL }) => {
      if (ticket !== undefined)
        return from()
          .all('attempts-of-ticket', { ticket, live: Number(live), limit })
          .map(loadAttempt)
      return from()
        .all(live ? 'live-attempts' : 'attempts', { limit })
        .map(loadAttempt)
    },
    overdue: async (before, limit) => from().all('overdue-attempts', { before, limit }).map(loadAttempt),
    spending: async ({ since, live = false, ticket = null, by = null }) =>
      from()
        .all('spending', { since, live: Number(live), ticket, by })
        .map(loadSpending),
    landing: async (ticket, attempt) => maybe(from().one('landing', [ticket, attempt]), loadLanding),
    landings: async ({ status, limit = ALL }) => {
      const rows =
        status === 'queued' ? from().all('merge_queue', { limit }) : from().all('landings', { status, limit })
      return rows.map(loadLanding)
    },
    receipt: async (tree, fingerprint) => maybe(from().one('receipt', [tree, fingerprint]), loadReceipt),
    receipts: async ({ tree, ticket, limit }) => {
      if (tree !== undefined)
        return from()
          .all('receipts-of-tree', { tree, ticket: ticket ?? null, limit })
          .map(loadReceipt)
      if (ticket !== undefined) return from().all('receipts-of-ticket', { ticket, limit }).map(loadReceipt)
      return from().all('receipts', { limit }).map(loadReceipt)
    },
    setting: async (name) =>
      maybe(from().one('setting', [name]), (row) => load(`Setting ${name}`, row, () => text(row, 'value'))),
  }
}

const tallyReads = (from: () => Queries): Pick<Reads, 'tallies'> => ({
  tallies: async ({ since, step, offset }) => loadTallies(from().all('tallies', { since, step, offset })),
})

const noticeReads = (from: () => Queries): NoticeReads => ({
  notices: async ({ states, channel = null, dueBy = null, limit }) =>
    from()
      .all('notices', {
        ...{ states: JSON.stringify(states), channel, limit },
        ...{ due_by: dueBy, beyond: dueBy === null ? null : dueBy + LONGEST_DUE },
      })
      .map(loadNotice),
  isSpent: async (link) => from().one('spent-link', [link]) !== undefined,
})

const maybe = <T>(row: Row | undefined, parse: (row: Row) => T): T | null => (row ? parse(row) : null)

/** Number in a row with just one; null without a row or a value. */
function single(row: Row | undefined, column: string): number | null {
  return row === undefined || row[column] === null ? null : integer(row, column)
}
