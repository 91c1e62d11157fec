/**
 * Import of the tickets in a database of the original swarm, or of ours, from a copy: the file itself stays unchanged.
 */
import { copyFileSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Found } from '../../cli/swarm/host/machine.ts'
import { migrate } from '../../stores/sqlite/migrate.ts'
import { openSqlite } from '../../stores/sqlite/store.ts'
import { HUMAN, type Ticket, UNDONE } from '../../ticket/ticket.ts'

/** Reads the tickets of a database. Throws Trouble for one that cannot be read. */
export async function originalTickets(path: string): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), 'swarm-import-'))
  try {
    const copy = join(folder, 'tickets.db')
    for (const end of ['', '-wal']) if (existsSync(path + end)) copyFileSync(path + end, copy + end)
    await migrate(copy)
    return await readAll(copy, `original ${realpathSync(path)}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function readAll(path: string, source: string): Promise<Found> {
  const store = await openSqlite({ path })
  try {
    const open = await store.tickets({ status: UNDONE })
    const tickets = []
    for (const ticket of open) {
      const comments = await store.comments(ticket.id)
      tickets.push({
        key: String(ticket.id),
        title: ticket.title,
        description: ticket.description,
        type: ticket.type,
        priority: ticket.priority,
        assigned_to: forPeople(ticket),
        parent: ticket.parent === null ? null : String(ticket.parent),
        blocked_by: openBlockers(ticket.blockedBy, open),
        comments: comments.map(({ author, body }) => ({ author, body })),
      })
    }
    return { source, tickets, done: await store.count({ status: ['done'] }) }
  } finally {
    await store.close()
  }
}

/** Assignee of an imported ticket: work that an agent had claimed there begins anew here. */
const forPeople = ({ stage }: Ticket): string | null =>
  stage.status === 'open' && stage.assignedTo === HUMAN ? HUMAN : null

const openBlockers = (ids: number[], open: Ticket[]) =>
  ids.filter((id) => open.some((each) => each.id === id)).map(String)
