/** Writes of the store, inside one transaction. */
import type { Tx } from '../../ports/store.ts'
import { beyondBelief } from '../../ticket/delays.ts'
import type { LogEntry, TicketEvent } from '../../ticket/events.ts'
import type { Ticket, TicketId } from '../../ticket/ticket.ts'
import { clean } from '../clean-text.ts'
import { eventRow } from '../rows/event.ts'
import { integer } from '../rows/fields.ts'
import { noticeRow } from '../rows/notice.ts'
import { attemptRow, landingRow, loadReceipt, receiptRow } from '../rows/records.ts'
import { loadTicket, ticketRow } from '../rows/ticket.ts'
import type { Queries } from './connection.ts'
import { reads } from './reads.ts'

/** Makes the transaction of the port on open queries. */
export function transaction(queries: Queries): Tx {
  let lastId = 0
  return {
    ...reads(() => queries),
    firstReady: async (now) => {
      const beyond = beyondBelief(now)
      queries.run('wake', { now })
      queries.run('wake-beyond', { beyond })
      const row = queries.one('first-ready', { now, beyond })
      return row ? loadTicket(row) : null
    },
    nextId: async () => {
      lastId = Math.max(lastId, Number(queries.one('last-id')?.id ?? 0)) + 1
      return lastId
    },
    save: async (ticket, events, by, at = ticket.updatedAt) =>
      save(queries, clean(ticket), { events: clean(events), by: clean(by), at }),
    putAttempt: async (attempt) => {
      queries.run('put-attempt', attemptRow(attempt))
    },
    putLanding: async (landing) => {
      queries.run('put-landing', landingRow(landing))
    },
    addReceipt: async (receipt) => loadReceipt(queries.one('insert-receipt', receiptRow(receipt)) ?? {}),
    putSetting: async (name, value) => {
      queries.run('put-setting', [name, value])
    },
    addNotice: async (notice) => queries.run('add-notice', clean(noticeRow(notice))) === 1,
    putNotice: async ({ id, ...notice }) => {
      queries.run('put-notice', clean({ id, ...noticeRow(notice) }))
    },
    spendLink: async (id, at, expiresAt) => {
      queries.run('forget-links', [at])
      return queries.run('spend-link', [id, at, expiresAt]) === 1
    },
  }
}

interface Happening {
  events: TicketEvent[]
  by: string
  at: number
}

function save(queries: Queries, ticket: Ticket, { events, by, at }: Happening): LogEntry[] {
  const isNew = events[0]?.type === 'created'
  const rows = queries.run(isNew ? 'insert-ticket' : 'update-ticket', ticketRow(ticket))
  if (rows !== 1) throw new Error(`ticket ${ticket.id} is saved, but was never created`)
  return events.map((event) => {
    keep(queries, ticket.id, event, at)
    return append(queries, { at, ticket: ticket.id, by, event })
  })
}

/** Applies an event to the tables beside the ticket's own row. */
function keep(queries: Queries, ticket: TicketId, event: TicketEvent, at: number): void {
  if (event.type === 'blocker_added') queries.run('add-blocker', [ticket, event.by])
  if (event.type === 'blocker_removed') queries.run('remove-blocker', [ticket, event.by])
  if (event.type === 'commented') {
    const { author, body } = event
    queries.run('insert-comment', { id: null, ticket, author, body, at })
  }
}

/** Appends one event to the log. */
export function append(queries: Queries, entry: Omit<LogEntry, 'seq'>): LogEntry {
  const { at, ticket, by, event } = entry
  const row = queries.one('insert-event', { at, ticket, actor: by, ...eventRow(event) })
  return { seq: integer(row ?? {}, 'seq'), ...entry }
}
