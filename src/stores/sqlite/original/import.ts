/** Import of the original's database (its schema versions 1 to 3, or none) into ours, inside one transaction. */
import type { TicketId } from '../../../ticket/ticket.ts'
import type { Row } from '../../rows/fields.ts'
import { attemptRow } from '../../rows/records.ts'
import { ticketRow } from '../../rows/ticket.ts'
import { tables } from '../backup.ts'
import type { Connection } from '../connection.ts'
import { append } from '../writes.ts'
import { replay, type Tale } from './replay.ts'
import { type OldComment, readOriginal } from './rows.ts'

/** Tables of the original, and their names while ours are built. The activity keeps its new name for good. */
const ASIDE = {
  tickets: 'original_tickets',
  blockers: 'original_blockers',
  comments: 'original_comments',
  activity_log: 'original_activity',
}

/** Table that is left when the original's third migration was killed: it then had no tickets at all. */
const INTERRUPTED = 'tickets_new'

/** True when a database older than our first schema holds anything of the original's. */
export function isOriginal(connection: Connection): boolean {
  return tables(connection).some((table) => table in ASIDE || table === INTERRUPTED)
}

/**
 * Imports the original's rows. `run` runs one statement, `build` builds our schema. Gives the repairs, one sentence
 * each.
 */
export function importOriginal(
  connection: Connection,
  run: (statement: string) => void,
  build: () => void,
): string[] {
  const repaired: string[] = []
  if (resume(connection, run))
    repaired.push('An upgrade by the original was interrupted; the tickets that it had set aside are back.')
  const found = tables(connection)
  const aside = Object.entries(ASIDE).filter(([table]) => found.includes(table))
  for (const [table, name] of aside) run(`ALTER TABLE ${table} RENAME TO ${name}`)
  build()

  const all = (name: string): Row[] =>
    aside.some(([, each]) => each === name) ? connection.query(`SELECT * FROM ${name}`, []) : []
  const original = readOriginal(
    {
      tickets: all(ASIDE.tickets),
      blockers: all(ASIDE.blockers),
      comments: all(ASIDE.comments),
      activity: all(ASIDE.activity_log),
    },
    (sentence) => repaired.push(sentence),
  )
  const activity = byTicket(original.activity)
  const comments = byTicket(original.comments)
  const tales = original.tickets.map((old) =>
    replay(old, activity.get(old.id) ?? [], comments.get(old.id) ?? []),
  )
  run('-- tickets, comments and log')
  write(connection, tales, original.comments)
  for (const [, name] of aside.reverse()) if (name !== ASIDE.activity_log) run(`DROP TABLE ${name}`)
  return repaired
}

function resume(connection: Connection, run: (statement: string) => void): boolean {
  const found = tables(connection)
  if (!found.includes(INTERRUPTED)) return false
  const isLost = !found.includes('tickets')
  run(isLost ? `ALTER TABLE ${INTERRUPTED} RENAME TO tickets` : `DROP TABLE ${INTERRUPTED}`)
  return isLost
}

/** Writes tickets before what refers to them, and the log in the order of time. */
function write(connection: Connection, tales: Tale[], comments: OldComment[]): void {
  for (const { ticket } of tales) connection.run('insert-ticket', ticketRow(ticket))
  for (const { ticket } of tales)
    for (const by of ticket.blockedBy) connection.run('add-blocker', [ticket.id, by])
  for (const comment of comments) connection.run('insert-comment', { ...comment })
  for (const { attempts } of tales)
    for (const attempt of attempts) connection.run('put-attempt', attemptRow(attempt))
  const told = tales.flatMap((tale) => tale.told).sort((a, b) => a.at - b.at)
  for (const entry of told) append(connection, entry)
}

function byTicket<T extends { ticket: TicketId }>(rows: T[]): Map<TicketId, T[]> {
  const groups = new Map<TicketId, T[]>()
  for (const row of rows) {
    const group = groups.get(row.ticket)
    if (group) group.push(row)
    else groups.set(row.ticket, [row])
  }
  return groups
}
