import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../../src/ports/store.ts'
import { loadDriver } from '../../src/stores/sqlite/driver.ts'
import { type Migrated, migrate, schemaVersion } from '../../src/stores/sqlite/migrate.ts'
import { breakCycles } from '../../src/stores/sqlite/original/cycles.ts'
import { replay } from '../../src/stores/sqlite/original/replay.ts'
import type { OldActivity, OldTicket } from '../../src/stores/sqlite/original/rows.ts'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import { SCHEMA_VERSION } from '../../src/stores/sqlite/version.ts'
import { sentence } from '../../src/ticket/sentences.ts'
import { assignee, STATUSES, TYPES } from '../../src/ticket/ticket.ts'
import { bundle, start } from './store-child.ts'
import { fold } from './store-model.ts'
import { makeOriginal, ORDINARY, type Origin, type OriginalData } from './store-original.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'swarm-upgrade-'))
  path = join(folder, 'tickets.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

async function upgraded<T>(look: (store: Store, migrated: Migrated) => Promise<T>): Promise<T> {
  const migrated = await migrate(path)
  const store = await openSqlite({ path })
  try {
    return await look(store, migrated)
  } finally {
    await store.close()
  }
}

const rows = (file: string, sql: string) => {
  const database = loadDriver().open(file)
  const found = database.prepare(sql).all()
  database.close()
  return found.map((row) => ({ ...row }))
}

/** Row, log, counters and claims say the same. */
async function expectWhole(store: Store): Promise<void> {
  const tickets = await store.tickets({})
  for (const ticket of tickets) {
    expect(fold(await store.events({ ticket: ticket.id, limit: 1000 }))).toEqual(ticket)
    const open = tickets.filter((each) => ticket.blockedBy.includes(each.id) && each.stage.status !== 'done')
    expect(await store.openBlockers(ticket.id)).toBe(open.length)
  }
  for (const status of STATUSES)
    expect(await store.count({ status: [status] })).toBe(
      tickets.filter(({ stage }) => stage.status === status).length,
    )
  const log = await store.events({ limit: 10_000 })
  expect(log.map((entry) => entry.at)).toEqual(log.map((entry) => entry.at).sort((a, b) => a - b))
}

describe('an upgrade from the original', () => {
  it('loses nothing: tickets, who has them, what blocks them, comments', async () => {
    makeOriginal(path, 3, ORDINARY)
    await upgraded(async (store, { from, to, repaired }) => {
      expect({ from, to, repaired }).toEqual({ from: 3, to: SCHEMA_VERSION, repaired: [] })
      const tickets = await store.tickets({})
      expect(
        tickets.map((ticket) => [
          ticket.id,
          ticket.title,
          ticket.description,
          ticket.stage.status,
          ticket.type,
          assignee(ticket),
          ticket.parent,
          ticket.createdBy,
        ]),
      ).toEqual(ORDINARY.tickets?.map((row) => row.slice(0, 8)))
      expect(tickets.map((ticket) => ticket.blockedBy)).toEqual([[], [], [], [], [1, 4], [], [3]])
      expect(tickets.map((ticket) => new Date(ticket.createdAt).toISOString().slice(11, 16))).toEqual(
        ORDINARY.tickets?.map((row) => String(row[8]).slice(11, 16)),
      )
      expect([...(await store.comments(5)), ...(await store.comments(4))]).toMatchObject([
        { id: 3, author: 'agent-2', body: 'What colour is meant?', at: Date.UTC(2026, 2, 1, 10, 4) },
        { id: 8, author: 'human', body: 'Think about it' },
      ])
      await expectWhole(store)
    })
    expect(rows(path, 'SELECT * FROM original_activity')).toHaveLength(ORDINARY.activity!.length)
  })

  it('tells the history again as events, in the order of time', async () => {
    makeOriginal(path, 3, ORDINARY)
    await upgraded(async (store) => {
      const log = await store.events({ limit: 100 })
      expect(
        log.map((entry) => `${new Date(entry.at).toISOString().slice(11, 16)} ${sentence(entry)}`),
      ).toMatchInlineSnapshot(`
        [
          "10:00 human files #1: Add search",
          "10:01 agent-1 files #2: Add filter",
          "10:01 agent-1 files #3: Add paging",
          "10:02 agent-1 claims #1 (attempt 1)",
          "10:02 human files #5: Paint it",
          "10:03 agent-2 files #4: Which colour?",
          "10:04 someone makes #5 wait for #4",
          "10:04 agent-2 comments on #5: What colour is meant?",
          "10:04 swarm makes #5 wait for #1",
          "10:05 agent-1 files #6: Use Rust",
          "10:06 someone changes #6: title -> Use Rust; description updated",
          "10:07 human files #9: Check it",
          "10:07 swarm makes #9 wait for #3",
          "10:08 agent-1 completes #1",
          "10:08 human comments on #4: Think about it",
          "10:09 agent-1 closes #1 without a change: Done before the upgrade.",
          "10:10 agent-3 claims #2 (attempt 1)",
          "10:11 agent-3 gives #2 back",
          "10:12 agent-2 claims #2 (attempt 2)",
          "10:14 swarm claims #3 for agent-1 (attempt 1)",
          "10:14 swarm completes #3",
        ]
      `)
      expect(await store.attempts({ live: true })).toMatchObject([
        { ticket: 3, number: 1, holder: 'agent-1', leaseUntil: null },
        { ticket: 2, number: 2, holder: 'agent-2', leaseUntil: null },
      ])
      expect(await store.attempt(1, 1)).toMatchObject({ outcome: 'finished' })
    })
  })

  it('leaves only ready tickets to claim, and goes on with new ids', async () => {
    makeOriginal(path, 3, ORDINARY)
    await upgraded(async (store) => {
      expect(await store.readyList(Date.now(), 9)).toEqual([])
      expect((await store.inbox()).map((ticket) => ticket.id)).toEqual([4, 6])
      expect(await store.transact((tx) => tx.nextId())).toBe(10)
    })
  })

  it('backs the old database up first, whole', async () => {
    makeOriginal(path, 3, ORDINARY)
    const before = rows(path, 'SELECT * FROM tickets')
    const { backup } = await migrate(path)
    expect(backup).toBe(`${path}.backup-v3`)
    expect(rows(backup!, 'SELECT * FROM tickets')).toEqual(before)
    expect(await schemaVersion(backup!)).toBe(3)
    const again = join(folder, 'again.db')
    copyFileSync(backup!, again)
    copyFileSync(backup!, `${again}.backup-v3`)
    expect((await migrate(again)).backup).toBe(`${again}.backup-v3-2`)
  })

  it.each<[Origin, number]>([
    [1, 1],
    [2, 2],
    [3, 3],
    ['dashboard', 0],
  ])('takes a database of version %s', async (origin, version) => {
    const tickets = ORDINARY.tickets!.filter((row) => row[4] !== 'verify' || origin === 3)
    makeOriginal(path, origin, { tickets })
    await upgraded(async (store, { from, repaired }) => {
      expect({ from, repaired }).toEqual({ from: version, repaired: [] })
      expect((await store.tickets({})).map((ticket) => ticket.title)).toEqual(tickets.map((row) => row[1]))
      await expectWhole(store)
    })
  })

  it('finds the tickets again that a killed upgrade of the original had set aside', async () => {
    makeOriginal(path, 'killed', ORDINARY)
    await upgraded(async (store, { repaired }) => {
      expect(repaired).toEqual([
        'An upgrade by the original was interrupted; the tickets that it had set aside are back.',
      ])
      expect(await store.count({})).toBe(7)
    })
  })

  it('puts right what could never have moved, and says so', async () => {
    const at = '2026-03-01 10:00:00'
    const ticket = (
      id: number,
      status: string,
      assigned: string | null,
      more: { parent?: number; at?: string } = {},
    ) => [id, `Ticket ${id}`, null, status, null, assigned, more.parent ?? null, 'human', more.at ?? at, at]
    const data: OriginalData = {
      tickets: [
        ticket(1, 'blocked', null),
        ticket(2, 'open', ''),
        ticket(3, 'open', null),
        ticket(4, 'open', null),
        ticket(5, 'in_progress', null),
        ticket(6, 'ready', null, { parent: 77 }),
        ticket(7, 'done', null, { at: 'yesterday' }),
      ],
      blockers: [
        [1, 1],
        [2, 3],
        [3, 4],
        [4, 2],
        [4, 88],
      ],
      comments: [[1, 99, 'human', 'Lost', at]],
    }
    makeOriginal(path, 3, data)
    await upgraded(async (store, { repaired }) => {
      expect(repaired).toMatchInlineSnapshot(`
        [
          "Ticket 1 waited for itself; it no longer does.",
          "Ticket 4 waited for ticket 88, and one of them does not exist; it no longer does.",
          "Tickets 4 and 2 waited for each other; ticket 4 no longer waits for 2.",
          "Ticket 1 had the status 'blocked', which does not exist; it is open now.",
          "Ticket 5 was in_progress in nobody's name; human holds it now.",
          "Ticket 6 was ready in nobody's name; human holds it now.",
          "Ticket 6 had the parent 77, which does not exist.",
          "Ticket 7 had no time of creation that can be read.",
          "Comment 1 belongs to ticket 99, which does not exist; it is only in the backup.",
        ]
      `)
      expect((await store.readyList(Date.now(), 9)).map(({ id }) => id)).toEqual([1, 4])
      await expectWhole(store)
    })
  })

  it('does nothing to a database that is current, and makes one where there is none', async () => {
    expect(await migrate(path)).toEqual({ from: 0, to: SCHEMA_VERSION, backup: null, repaired: [] })
    expect(await migrate(path)).toEqual({
      from: SCHEMA_VERSION,
      to: SCHEMA_VERSION,
      backup: null,
      repaired: [],
    })
    expect(readdirSync(folder).filter((name) => name.includes('backup'))).toEqual([])
  })

  it('brings a database of an earlier version of our own up to date, and loses nothing', async () => {
    const migrations = join(import.meta.dirname, '../../src/stores/sqlite/migrations')
    const files = readdirSync(migrations).sort()
    const database = loadDriver().open(path)
    for (const file of files.slice(0, -1)) database.exec(readFileSync(join(migrations, file), 'utf8'))
    const before = SCHEMA_VERSION - 1
    database.exec(`CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at TEXT);
      INSERT INTO schema_version VALUES (${before}, NULL);
      INSERT INTO tickets (id, title, type, priority, created_by, created_at, updated_at, attempts, charged, status, front)
      VALUES (1, 'Kept', 'task', 0, 'human', 1, 1, 0, 0, 'open', 0)`)
    database.close()
    await upgraded(async (store, { from, to, backup }) => {
      expect([from, to, backup]).toEqual([before, SCHEMA_VERSION, `${path}.backup-v${before}`])
      expect((await store.tickets({})).map(({ title }) => title)).toEqual(['Kept'])
    })
  })

  it('finds in the log why a ticket backs off that did so before the upgrade', async () => {
    const migrations = join(import.meta.dirname, '../../src/stores/sqlite/migrations')
    const database = loadDriver().open(path)
    const older = readdirSync(migrations).filter((file) => file < '010')
    for (const file of older.sort()) database.exec(readFileSync(join(migrations, file), 'utf8'))
    const bounced = (reason: string, notBefore: number) =>
      JSON.stringify({ attempt: 1, reason, detail: 'x', charged: false, notBefore, front: false })
    database.exec(`CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at TEXT);
      INSERT INTO schema_version VALUES (9, NULL);
      INSERT INTO tickets (id, title, type, priority, created_by, created_at, updated_at, attempts, charged, status, front, not_before, asleep)
      VALUES (1, 'Kept', 'task', 0, 'human', 1, 3, 2, 0, 'open', 0, 99, 1);
      INSERT INTO events (at, ticket, actor, type, detail) VALUES
        (1, 1, 'human', 'created', '{"title":"Kept","description":null,"ticketType":"task","priority":0,"parent":null,"assignedTo":null,"createdBy":"human"}'),
        (2, 1, 'a', 'claimed', '{"attempt":1,"holder":"a","leased":true}'),
        (2, 1, 'a', 'bounced', '${bounced('hang', 50)}'),
        (3, 1, 'a', 'claimed', '{"attempt":2,"holder":"a","leased":true}'),
        (3, 1, 'a', 'bounced', '${bounced('infrastructure', 99).replace('"attempt":1', '"attempt":2')}')`)
    database.close()
    await upgraded(async (store) => {
      expect((await store.ticket(1))?.stage).toMatchObject({ notBefore: 99, delay: 'infrastructure' })
      await expectWhole(store)
    })
  })

  it('finds in the log as what attempts failed that did so before the upgrade', async () => {
    const migrations = join(import.meta.dirname, '../../src/stores/sqlite/migrations')
    const database = loadDriver().open(path)
    const older = readdirSync(migrations).filter((file) => file < '012')
    for (const file of older.sort()) database.exec(readFileSync(join(migrations, file), 'utf8'))
    const bounced = (attempt: number, reason: string) =>
      JSON.stringify({ attempt, reason, detail: 'x', charged: false, notBefore: null, front: false })
    const claimed = (attempt: number) => JSON.stringify({ attempt, holder: 'a', leased: true })
    database.exec(`CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at TEXT);
      INSERT INTO schema_version VALUES (11, NULL);
      INSERT INTO tickets (id, title, type, priority, created_by, created_at, updated_at, attempts, charged, status, front)
      VALUES (1, 'Kept', 'task', 0, 'human', 1, 3, 3, 0, 'open', 0);
      INSERT INTO attempts (ticket, number, holder, started_at, ended_at, outcome, reason, input_tokens, output_tokens,
        cache_read_tokens, cache_write_tokens, turns)
      VALUES (1, 1, 'a', 2, 2, 'bounced', 'hang: x', 0, 0, 0, 0, 0), (1, 2, 'a', 3, 3, 'bounced', 'budget: x', 0, 0, 0, 0, 0),
        (1, 3, 'a', 3, 3, 'lost', 'hang: or so it says', 0, 0, 0, 0, 0);
      INSERT INTO events (at, ticket, actor, type, detail) VALUES
        (2, 1, 'a', 'claimed', '${claimed(1)}'), (2, 1, 'a', 'bounced', '${bounced(1, 'hang')}'),
        (3, 1, 'a', 'claimed', '${claimed(2)}'), (3, 1, 'a', 'bounced', '${bounced(2, 'budget')}'),
        (3, 1, 'a', 'claimed', '${claimed(3)}'), (3, 1, 'a', 'lost', '{"attempt":3,"detail":"hang: or so it says"}')`)
    database.close()
    await upgraded(async (store) => {
      const attempts = await store.attempts({ ticket: 1 })
      expect(attempts.map(({ number, failure }) => [number, failure])).toEqual([
        [3, null],
        [2, 'budget'],
        [1, 'hang'],
      ])
    })
  })

  it('leaves the old database on the disk until its last step', async () => {
    makeOriginal(path, 3, ORDINARY)
    const before = rows(path, 'SELECT * FROM tickets')
    const onDisk: string[] = []
    await migrate(path, {
      onStep() {
        const copy = join(folder, `step-${onDisk.length}.db`)
        copyFileSync(path, copy)
        if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`)
        onDisk.push(copy)
      },
    })
    expect(onDisk.length).toBeGreaterThan(30)
    for (const copy of onDisk) {
      expect(await schemaVersion(copy)).toBe(3)
      expect(rows(copy, 'SELECT * FROM tickets')).toEqual(before)
    }
    expect(await schemaVersion(path)).toBe(SCHEMA_VERSION)
  })

  it('can be run again after it was killed', async () => {
    const program = await bundle('store-migrator', folder)
    for (const step of [0, 20, 40]) {
      const file = join(folder, `killed-${step}.db`)
      makeOriginal(file, 3, ORDINARY)
      expect(await start(program, file, String(step)).ended).toEqual({ exit: null, signal: 'SIGKILL' })
      expect(await schemaVersion(file)).toBe(3)
      expect(await migrate(file)).toMatchObject({ from: 3, to: SCHEMA_VERSION, repaired: [] })
    }
  })
})

describe('the history of the original', () => {
  const name = fc.constantFrom('agent-1', 'agent-2', 'human')
  const old: fc.Arbitrary<OldTicket> = fc.record({
    id: fc.constant(7),
    title: fc.string(),
    description: fc.option(fc.string()),
    status: fc.constantFrom(...STATUSES),
    type: fc.constantFrom(...TYPES),
    assignedTo: fc.option(name),
    parent: fc.option(fc.constant(1)),
    createdBy: name,
    createdAt: fc.constant(1000),
    updatedAt: fc.integer({ min: 1000, max: 3000 }),
    blockedBy: fc.uniqueArray(fc.integer({ min: 1, max: 4 })).map((ids) => ids.sort()),
  })
  const activity: fc.Arbitrary<OldActivity> = fc.record({
    ticket: fc.constant(7),
    agent: fc.option(name),
    action: fc.constantFrom(
      'created',
      'updated',
      'claimed',
      'commented',
      'completed',
      'done',
      'unclaimed',
      'blocker_added',
      'blocker_removed',
      'danced',
    ),
    detail: fc.constantFrom('title -> x; description updated', 'Blocked by #2', 'Unblocked from #3', ''),
    at: fc.integer({ min: 0, max: 4000 }),
  })

  it('always ends at the row, whatever the activity says', () => {
    fc.assert(
      fc.property(old, fc.array(activity, { maxLength: 20 }), (row, lines) => {
        const needsApproval = row.status === 'in_progress' || row.status === 'ready'
        const held = { ...row, assignedTo: needsApproval ? (row.assignedTo ?? 'human') : row.assignedTo }
        const { ticket, told } = replay(held, lines, [])
        expect(fold(told.map((entry, n) => ({ ...entry, seq: n + 1 })))).toEqual(ticket)
        expect(told.map((entry) => entry.at)).toEqual(told.map((entry) => entry.at).sort((a, b) => a - b))
        expect({ ...ticket, status: ticket.stage.status, assignedTo: assignee(ticket) }).toMatchObject({
          ...held,
          updatedAt: expect.any(Number),
        })
        expect(ticket.updatedAt).toBeGreaterThanOrEqual(held.updatedAt)
      }),
    )
  })

  it('is free of circles once they are broken, and keeps every other edge', () => {
    const edge = fc.tuple(fc.nat(8), fc.nat(8)).filter(([a, b]) => a !== b)
    fc.assert(
      fc.property(fc.uniqueArray(edge, { selector: String, maxLength: 25 }), (edges) => {
        const graph = new Map<number, number[]>()
        for (const [from, to] of edges) graph.set(from, [...(graph.get(from) ?? []), to])
        const broken = breakCycles(graph)
        const left = [...graph].flatMap(([from, tos]) => tos.map((to) => [from, to]))
        expect([...left, ...broken].sort()).toEqual([...edges].sort())
        const reaches = (from: number, to: number, seen = new Set<number>()): boolean =>
          (graph.get(from) ?? []).some(
            (next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))),
          )
        for (const node of graph.keys()) expect(reaches(node, node)).toBe(false)
        if (broken.length > 0) expect(edges.length).toBeGreaterThan(1)
      }),
    )
  })
})
