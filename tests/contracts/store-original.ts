/** Databases as the original made them: its tables at each of its schema versions, filled with what it could hold. */
import { loadDriver } from '../../src/stores/sqlite/driver.ts'

type Cell = string | number | null

export interface OriginalData {
  /** id, title, description, status, type, assigned_to, parent_id, created_by, created_at, updated_at */
  tickets?: Cell[][]
  /** ticket_id, blocked_by */
  blockers?: number[][]
  /** id, ticket_id, author, body, created_at */
  comments?: Cell[][]
  /** ticket_id, agent_id, action, detail, created_at */
  activity?: Cell[][]
}

/** How the schema came to be: one of the versions, by the dashboard, or by an upgrade that was killed. */
export type Origin = 1 | 2 | 3 | 'dashboard' | 'killed'

const TYPE: Record<Origin, string> = {
  1: '',
  2: "type TEXT DEFAULT 'task' CHECK (type IN ('task', 'proposal', 'question')),",
  3: "type TEXT DEFAULT 'task' CHECK (type IN ('task', 'proposal', 'question', 'verify')),",
  dashboard: '',
  killed: "type TEXT DEFAULT 'task' CHECK (type IN ('task', 'proposal', 'question', 'verify')),",
}

const VERSION: Record<Origin, number | null> = { 1: 1, 2: 2, 3: 3, dashboard: null, killed: 2 }

const NOW = "TEXT NOT NULL DEFAULT (datetime('now'))"

const schema = (origin: Origin) => `
  CREATE TABLE tickets (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, description TEXT,
    status TEXT NOT NULL DEFAULT 'open', ${TYPE[origin]} assigned_to TEXT, parent_id INTEGER REFERENCES tickets (id),
    created_by TEXT NOT NULL, created_at ${NOW}, updated_at ${NOW});
  CREATE TABLE blockers (ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    blocked_by INTEGER NOT NULL REFERENCES tickets (id), PRIMARY KEY (ticket_id, blocked_by));
  CREATE TABLE comments (id INTEGER PRIMARY KEY AUTOINCREMENT, ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    author TEXT NOT NULL, body TEXT NOT NULL, created_at ${NOW});
  CREATE TABLE activity_log (id INTEGER PRIMARY KEY AUTOINCREMENT, ticket_id INTEGER, agent_id TEXT,
    action TEXT NOT NULL, detail TEXT, created_at ${NOW});
  CREATE INDEX idx_tickets_status ON tickets (status);
  CREATE INDEX idx_tickets_assigned ON tickets (assigned_to);
  CREATE INDEX idx_tickets_parent ON tickets (parent_id);
  CREATE INDEX idx_comments_ticket ON comments (ticket_id);
  CREATE INDEX idx_activity_log_ticket ON activity_log (ticket_id);`

export function makeOriginal(path: string, origin: Origin, data: OriginalData): void {
  const database = loadDriver().open(path)
  const insert = (table: string, columns: string, rows: Cell[][] = []) => {
    const marks = columns.replace(/\w+/g, '?')
    const statement = database.prepare(`INSERT INTO ${table} (${columns}) VALUES (${marks})`)
    for (const row of rows) statement.run(...row)
  }
  database.exec('PRAGMA journal_mode = WAL; PRAGMA foreign_keys = OFF')
  database.exec(schema(origin))
  const version = VERSION[origin]
  if (version !== null) {
    database.exec(
      "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at TEXT DEFAULT (datetime('now')))",
    )
    for (let n = 1; n <= version; n++)
      database.prepare('INSERT INTO schema_version (version) VALUES (?)').run(n)
  }
  const hasType = TYPE[origin] !== ''
  const tickets = data.tickets?.map((row) => (hasType ? row : row.filter((_, column) => column !== 4)))
  insert(
    'tickets',
    `id, title, description, status, ${hasType ? 'type, ' : ''}assigned_to, parent_id, created_by, created_at, updated_at`,
    tickets,
  )
  insert('blockers', 'ticket_id, blocked_by', data.blockers)
  insert('comments', 'id, ticket_id, author, body, created_at', data.comments)
  insert('activity_log', 'ticket_id, agent_id, action, detail, created_at', data.activity)
  if (origin === 'killed') database.exec('ALTER TABLE tickets RENAME TO tickets_new')
  // So that a copy of the file alone is whole.
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
}

const minute = (n: number) => `2026-03-01 10:${String(n).padStart(2, '0')}:00`

/** A day of an ordinary swarm: every status and type, an agent that gave up, a question that blocks. */
export const ORDINARY: OriginalData = {
  tickets: [
    [1, 'Add search', 'With\nlines', 'done', 'task', 'agent-1', null, 'human', minute(0), minute(9)],
    [2, 'Add filter', null, 'in_progress', 'task', 'agent-2', 1, 'agent-1', minute(1), minute(12)],
    [3, 'Add paging', '', 'ready', 'task', 'agent-1', 1, 'agent-1', minute(1), minute(14)],
    [4, 'Which colour?', null, 'open', 'question', 'human', null, 'agent-2', minute(3), minute(3)],
    [5, 'Paint it', null, 'open', 'task', null, null, 'human', minute(2), minute(4)],
    [6, 'Use Rust', 'Because', 'open', 'proposal', 'human', null, 'agent-1', minute(5), minute(6)],
    [9, 'Check it', null, 'open', 'verify', null, null, 'human', minute(7), minute(7)],
  ],
  blockers: [
    [5, 4],
    [5, 1],
    [9, 3],
  ],
  comments: [
    [3, 5, 'agent-2', 'What colour is meant?', minute(4)],
    [8, 4, 'human', 'Think about it', minute(8)],
  ],
  activity: [
    [1, 'human', 'created', 'Add search', minute(0)],
    [2, 'agent-1', 'created', 'Add filter', minute(1)],
    [3, 'agent-1', 'created', 'Add paging', minute(1)],
    [5, 'human', 'created', 'Paint', minute(2)],
    [1, 'agent-1', 'claimed', 'Claimed by agent-1', minute(2)],
    [4, 'agent-2', 'created', 'Which colour?', minute(3)],
    [5, null, 'blocker_added', 'Blocked by #4', minute(4)],
    [5, 'agent-2', 'unclaimed', 'Auto-released (blocked by #4)', minute(4)],
    [5, 'agent-2', 'commented', 'What colour is meant?', minute(4)],
    [6, null, 'updated', 'title -> Use Rust; description updated', minute(6)],
    [1, 'agent-1', 'completed', 'Ticket #1 marked work complete', minute(8)],
    [1, 'agent-1', 'done', 'Ticket #1 marked done', minute(9)],
    [2, 'agent-3', 'claimed', 'Claimed by agent-3', minute(10)],
    [2, 'agent-3', 'unclaimed', 'Released by agent-3', minute(11)],
    [2, 'agent-2', 'claimed', 'Claimed by agent-2', minute(12)],
    [null, 'agent-1', 'idle', 'Nothing to do', minute(13)],
  ],
}
