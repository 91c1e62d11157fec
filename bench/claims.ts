/**
 * Claims per second through the store, beside the query of the original on the same tickets, with the same SQLite.
 * `npm run bench -- claims [tickets…]`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { newAttempt } from '../src/ports/attempts.ts'
import type { Store } from '../src/ports/store.ts'
import { type Database, loadDriver } from '../src/stores/sqlite/driver.ts'
import { migrate } from '../src/stores/sqlite/migrate.ts'
import { openSqlite } from '../src/stores/sqlite/store.ts'
import { decide } from '../src/ticket/decide.ts'
import { evolve } from '../src/ticket/evolve.ts'

const SIZES = [1_000, 10_000, 100_000, 1_000_000]
/** The goal: a claim among a million tickets, milliseconds, 99th percentile. */
const GOAL = 5
const CLAIMS = 1_000
/** One claim of the original among a million tickets takes up to seconds: it gets this long for each size. */
const BASELINE_MS = 12_000

export async function run(args: string[]): Promise<void> {
  const sizes = args.map(Number).filter((size) => size > 0)
  const folder = mkdtempSync(join(tmpdir(), 'swarm-bench-'))
  try {
    console.log('claims: one process, synchronous=FULL, tickets of all kinds with 1 to 3 blockers on 60 %')
    console.log(row('tickets', 'ready', 'claims/s', 'p50 ms', 'p99 ms', 'original p50', 'ratio p50'))
    for (const size of sizes.length > 0 ? sizes : SIZES) await measure(join(folder, `${size}.db`), size)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(path: string, size: number): Promise<void> {
  await migrate(path)
  fill(path, size)
  const original = copyForOriginal(path)
  const store = await openSqlite({ path })
  try {
    const ready = (await store.readyList(0, -1)).length
    const claims = Math.min(CLAIMS, Math.floor(ready / 2))
    for (let n = 0; n < 20; n++) await claim(store)
    const ours: number[] = []
    for (let n = 0; n < claims; n++) ours.push(await timed(() => claim(store)))
    const theirs = await claimAsOriginal(original)
    report({ size, ready, ours, theirs })
  } finally {
    original.close()
    await store.close()
  }
}

/** As the swarm does it: pick, decide, write the row, its event and its attempt, commit. */
function claim(store: Store): Promise<void> {
  return store.transact(async (tx) => {
    const now = Date.now()
    const ticket = await tx.firstReady(now)
    if (ticket === null) throw new Error('there is nothing left to claim')
    const openBlockers = await tx.openBlockers(ticket.id)
    const command = { type: 'claim', holder: 'agent-1', leased: true, now, openBlockers } as const
    const events = decide(ticket, command, { kind: 'swarm', name: 'swarm' })
    if ('refused' in events) throw new Error(events.refused)
    const claimed = events.reduce((before, event) => evolve(before, event, now), ticket)
    await tx.save(claimed, events, 'agent-1')
    const claim = { attempt: claimed.attempts, holder: 'agent-1' }
    await tx.putAttempt({
      ...newAttempt(ticket.id, claim, now),
      harness: 'scripted',
      leaseUntil: now + 60_000,
    })
  })
}

/** The same rows under the names of the original's schema. */
function copyForOriginal(path: string): Database {
  const db = loadDriver().open(`${path}.original`)
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = OFF;
    ATTACH '${path}' AS ours;
    CREATE TABLE tickets (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, description TEXT,
      status TEXT NOT NULL DEFAULT 'open', type TEXT, assigned_to TEXT, parent_id INTEGER, created_by TEXT NOT NULL,
      created_at TEXT NOT NULL DEFAULT (datetime('now')), updated_at TEXT NOT NULL DEFAULT (datetime('now')));
    CREATE TABLE blockers (ticket_id INTEGER NOT NULL, blocked_by INTEGER NOT NULL, PRIMARY KEY (ticket_id, blocked_by));
    CREATE TABLE activity_log (id INTEGER PRIMARY KEY AUTOINCREMENT, ticket_id INTEGER, agent_id TEXT,
      action TEXT NOT NULL, detail TEXT, created_at TEXT NOT NULL DEFAULT (datetime('now')));
    INSERT INTO tickets (id, title, status, type, assigned_to, created_by)
      SELECT id, title, status, type, assigned_to, created_by FROM ours.tickets;
    INSERT INTO blockers SELECT ticket, blocked_by FROM ours.blockers;
    CREATE INDEX idx_tickets_status ON tickets (status);
    CREATE INDEX idx_tickets_assigned ON tickets (assigned_to);
    CREATE INDEX idx_activity_log_ticket ON activity_log (ticket_id);
    DETACH ours;
    PRAGMA synchronous = FULL`)
  return db
}

async function claimAsOriginal(db: Database): Promise<number[]> {
  const pick = db.prepare(`SELECT * FROM tickets WHERE status = 'open' AND assigned_to IS NULL AND id NOT IN (
    SELECT b.ticket_id FROM blockers b JOIN tickets t ON t.id = b.blocked_by WHERE t.status != 'done')
    ORDER BY id ASC LIMIT 1`)
  const take = db.prepare(
    "UPDATE tickets SET assigned_to = ?, status = 'in_progress', updated_at = datetime('now') WHERE id = ?",
  )
  const log = db.prepare('INSERT INTO activity_log (ticket_id, agent_id, action, detail) VALUES (?, ?, ?, ?)')
  const claimOnce = async () => {
    db.exec('BEGIN IMMEDIATE')
    const { id } = pick.get() as { id: number }
    take.run('agent-1', id)
    log.run(id, 'agent-1', 'claimed', 'Claimed by agent-1')
    db.exec('COMMIT')
  }
  await claimOnce()
  const times: number[] = []
  const until = performance.now() + BASELINE_MS
  while (times.length < 3 || (performance.now() < until && times.length < 100))
    times.push(await timed(claimOnce))
  return times
}

/** Rows written straight into the tables; the counters are then what the triggers would have made them. */
function fill(path: string, size: number): void {
  const db = loadDriver().open(path)
  const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as {
    name: string
    sql: string
  }[]
  db.exec('PRAGMA synchronous = OFF; BEGIN')
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`)
  // The same tickets in every run: numbers that look random come from the id.
  const random = (salt: number, below: number) =>
    `((n * ${2_654_435_761 + salt * 1_640_531_527} >> 12) % ${below})`
  db.exec(`
    INSERT INTO tickets (id, title, type, priority, created_by, created_at, updated_at, attempts, charged, status, front,
        assigned_to, resolution)
      WITH RECURSIVE ids (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM ids WHERE n < ${size})
      SELECT n, 'Ticket ' || n, 'task', ${random(1, 4)}, 'human', n, n, 0, 0,
        CASE WHEN ${random(2, 1000)} < 200 THEN 'done' ELSE 'open' END,
        CASE WHEN ${random(2, 1000)} < 200 THEN NULL ELSE 0 END,
        CASE WHEN ${random(2, 1000)} BETWEEN 200 AND 250 THEN 'human' END,
        CASE WHEN ${random(2, 1000)} < 200 THEN 'no-change' END
      FROM ids;
    INSERT OR IGNORE INTO blockers
      SELECT id, 1 + (id * 2654435761 * each >> 8) % (id - 1)
      FROM (SELECT id, id AS n FROM tickets WHERE id > 1) JOIN (SELECT 1 AS each UNION SELECT 2 UNION SELECT 3)
      WHERE ${random(3, 1000)} < 600 AND each <= 1 + ${random(4, 3)};
    UPDATE tickets SET open_blockers =
      (SELECT count(*) FROM blockers JOIN tickets AS b ON b.id = blocked_by WHERE ticket = tickets.id AND b.status <> 'done');
    UPDATE tallies SET n = (SELECT count(*) FROM tickets WHERE status = tallies.status)`)
  for (const { sql } of triggers) db.exec(sql)
  db.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await action()
  return performance.now() - start
}

interface Report {
  size: number
  ready: number
  /** Milliseconds of each claim, as the swarm does it and as the original does. */
  ours: number[]
  theirs: number[]
}

function report({ size, ready, ours, theirs }: Report): void {
  const perSecond = (1000 * ours.length) / ours.reduce((sum, each) => sum + each, 0)
  const p99 = percentile(ours, 0.99)
  const ratio = percentile(theirs, 0.5) / percentile(ours, 0.5)
  const figures = [perSecond.toFixed(0), percentile(ours, 0.5).toFixed(3), p99.toFixed(3)]
  console.log(row(size, ready, ...figures, percentile(theirs, 0.5).toFixed(2), `${ratio.toFixed(1)}x`))
  if (size === Math.max(...SIZES))
    console.log(
      `p99 among ${size} tickets: ${p99.toFixed(2)} ms, goal ${GOAL} ms: ${p99 < GOAL ? 'met' : 'MISSED'}`,
    )
}

const percentile = (times: number[], part: number): number =>
  times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) * part)]!

const row = (...cells: (string | number)[]) => cells.map((cell) => String(cell).padStart(13)).join('')
