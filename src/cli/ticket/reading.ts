/** Commands that only read. */

import { notFound } from '../../life/apply.ts'
import type { Reads, TicketRow } from '../../ports/store.ts'
import { backOffIn } from '../../ticket/delays.ts'
import type { LogEntry } from '../../ticket/events.ts'
import { ticketJson, timestamp } from '../../ticket/json.ts'
import { protectedParts } from '../../ticket/protected-parts.ts'
import { detail } from '../../ticket/sentences.ts'
import { type Status, type Ticket, UNDONE } from '../../ticket/ticket.ts'
import { printable } from '../printable.ts'
import type { Call, Context, Migrated, Outcome, Said } from './context.ts'
import { commentLines, logLine, page, type Row, rowOf, table, type Whole, who } from './print.ts'

/** No status named, or an empty list of them: everything but what is done. */
const wanted = (statuses: Status[] | undefined) => (statuses?.length ? statuses : UNDONE)

/** Runs `list`. */
export async function list({
  given,
  context,
  records,
}: Call<{ status?: Status[]; 'assigned-to'?: string }>): Promise<Outcome> {
  const { store, clock } = await records()
  const assignedTo = given['assigned-to'] || undefined
  const filter = { status: wanted(given.status), ...(assignedTo !== undefined && { assignedTo }) }
  return {
    text: async () =>
      table(
        (await store.rows(filter)).map((row) => tableRow(row, clock.now())),
        widthOf(context),
      ),
    json: async () => (await store.tickets(filter)).map(ticketJson),
  }
}

/** Runs `children`. */
export async function children({ given: { id }, context, records }: Call<{ id: number }>): Promise<Outcome> {
  const { store, clock } = await records()
  if (!(await store.ticket(id))) return notFound(id)
  return listed(await store.tickets({ parent: id }), context, clock.now())
}

/** Runs `inbox`. */
export async function inbox({ context, records }: Call<unknown>): Promise<Outcome> {
  const { store, clock } = await records()
  return listed(await store.inbox(), context, clock.now())
}

/** Runs `ready`. */
export async function ready({ given, context, records }: Call<{ limit?: number }>): Promise<Outcome> {
  const { store, clock } = await records()
  return listed(await store.readyList(clock.now(), given.limit ?? 20), context, clock.now())
}

const tableRow = (row: TicketRow, now: number): Row => ({ ...row, delay: backOffIn(row, now) })

const listed = (tickets: Ticket[], context: Context, now: number): Said => ({
  text: () =>
    table(
      tickets.map((ticket) => rowOf(ticket, now)),
      widthOf(context),
    ),
  json: () => tickets.map(ticketJson),
})

/** Columns of the terminal, read only when needed: making the stream that knows them takes longer than listing. */
const widthOf = (context: Context) => (context.isTty ? context.columns : null)

/** Runs `show`. */
export async function show({ given: { id }, records }: Call<{ id: number }>): Promise<Outcome> {
  const { store, clock } = await records()
  const ticket = await store.ticket(id)
  return ticket ? shown(store, ticket, clock.now()) : notFound(id)
}

/** Output of a whole ticket at `now`, for `show` and `claim-next`. */
export async function shown(store: Reads, ticket: Ticket, now: number): Promise<Said> {
  const whole = await around(store, ticket)
  return { text: () => page(whole, now), json: () => wholeJson(whole) }
}

/** Output of a changed ticket: one sentence, or as JSON the ticket. */
export const told = (store: Reads, ticket: Ticket, sentence: string): Said => ({
  text: () => sentence,
  json: async () => wholeJson(await around(store, ticket)),
})

async function around(store: Reads, ticket: Ticket): Promise<Whole> {
  const { id, stage } = ticket
  const held = stage.status === 'ready' ? stage.held : []
  const holds = held.length > 0 ? await store.recentEvents({ ticket: id, types: ['held'], limit: 1 }) : []
  const attempts = ticket.attempts === 0 ? [] : await store.attempts({ ticket: id, limit: 4 })
  return {
    ticket,
    blocks: await store.dependents(id),
    comments: await store.comments(id),
    parts: protectedParts(holds, held),
    ended: attempts.filter(({ endedAt }) => endedAt !== null).reverse(),
  }
}

const wholeJson = ({ ticket, blocks, comments }: Whole) => ({
  ...ticketJson(ticket),
  blocks,
  comments: comments.map(commentJson),
})

const commentJson = ({ id, ticket, author, body, at }: Whole['comments'][number]) => ({
  id,
  ticket_id: ticket,
  author,
  body,
  created_at: timestamp(at),
})

/** Runs `count`. */
export async function count({ given, records }: Call<{ status?: Status[] }>): Promise<Outcome> {
  const { store } = await records()
  const found = await store.count({ status: wanted(given.status) })
  return { text: () => String(found), json: () => ({ count: found }) }
}

/** Runs `comments`. */
export async function comments({ given: { id }, records }: Call<{ id: number }>): Promise<Outcome> {
  const { store } = await records()
  if (!(await store.ticket(id))) return notFound(id)
  const found = await store.comments(id)
  const text = () => (found.length === 0 ? 'No comments.' : commentLines(found).join('\n'))
  return { text, json: () => found.map(commentJson) }
}

/** Runs `log`. */
export async function log({ given, records }: Call<{ limit?: number }>): Promise<Outcome> {
  const { store } = await records()
  const entries = await store.recentEvents({ limit: given.limit ?? 20 })
  const text = () => (entries.length === 0 ? 'No activity.' : entries.map(logLine).join('\n'))
  return { text, json: () => entries.map(entryJson) }
}

const entryJson = (entry: LogEntry) => ({
  id: entry.seq,
  ticket_id: entry.ticket,
  agent_id: who(entry),
  action: entry.event.type,
  detail: detail(entry.event, entry.ticket),
  created_at: timestamp(entry.at),
})

/** Runs `migrate`. */
export async function migrate({ context, dbPath }: Call<unknown>): Promise<Outcome> {
  if (!context.migrate) throw new Error('there is no database to migrate here')
  const migrated = await context.migrate(dbPath)
  return { text: () => migration(migrated).map(printable).join('\n'), json: () => migrated }
}

function migration({ from, to, backup, repaired }: Migrated): string[] {
  if (from === to) return [`Database already at version ${to}.`]
  const kept = backup === null ? [] : [`The old database is saved as ${backup}.`]
  return [...repaired, ...kept, `Database migrated to version ${to}.`]
}
