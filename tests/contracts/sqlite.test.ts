import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../../src/ports/store.ts'
import { isSafe, loadDriver } from '../../src/stores/sqlite/driver.ts'
import { migrate, schemaVersion } from '../../src/stores/sqlite/migrate.ts'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import { SCHEMA_VERSION } from '../../src/stores/sqlite/version.ts'
import { decideCreate } from '../../src/ticket/decide.ts'
import type { Created } from '../../src/ticket/events.ts'
import { born } from '../../src/ticket/evolve.ts'
import { storeContract } from './store.ts'
import { PERSON } from './store-model.ts'

storeContract('sqlite', {
  async make() {
    const folder = mkdtempSync(join(tmpdir(), 'swarm-sqlite-'))
    const stores: Store[] = []
    const another = async () => {
      const store = await openSqlite({ path: join(folder, 'tickets.db'), create: true })
      stores.push(store)
      return store
    }
    return {
      store: await another(),
      another,
      async end() {
        for (const store of stores) await store.close().catch(() => {})
        rmSync(folder, { recursive: true })
      },
    }
  },
})

describe('sqlite alone', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'swarm-sqlite-'))
    path = join(folder, 'tickets.db')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const execute = (...statements: string[]) => {
    const database = loadDriver().open(path)
    for (const statement of statements) database.exec(statement)
    database.close()
  }

  const withTicket = async () => {
    const store = await openSqlite({ path, create: true })
    await store.transact(async (tx) => {
      const event = decideCreate({ title: 'Add search' }, PERSON) as Created
      await tx.save(born(await tx.nextId(), event, 0), [event], 'human')
    })
    return store
  }

  it.each([
    ['a status that does not exist', "status = 'blocked'"],
    ['two statuses at once', "resolution = 'passed'"],
    ['a holder but no attempt', "status = 'in_progress', assigned_to = 'agent-1', front = NULL"],
    ['a landing without a commit', "status = 'done', front = NULL, resolution = 'landed'"],
    [
      'an attempt that is not the newest',
      "status = 'in_progress', attempt = 4, leased = 1, phase = 'working', front = NULL, assigned_to = 'a'",
    ],
    ['a type that does not exist', "type = 'epic'"],
  ])('does not load a ticket with %s', async (_, change) => {
    const store = await withTicket()
    expect(() => execute(`UPDATE tickets SET ${change}`)).toThrow('CHECK')
    execute('PRAGMA ignore_check_constraints = ON', `UPDATE tickets SET ${change}`)
    await expect(store.ticket(1)).rejects.toMatchObject({
      code: 'store',
      retryable: false,
      message: expect.stringContaining('Ticket 1 does not load: '),
    })
    await store.close()
  })

  it('does not load an event of a kind that does not exist, or that lacks something', async () => {
    const store = await withTicket()
    execute("UPDATE events SET type = 'exploded'")
    await expect(store.events({ limit: 9 })).rejects.toThrow('Event 1 does not load: its type is "exploded".')
    execute("UPDATE events SET type = 'claimed'")
    await expect(store.events({ limit: 9 })).rejects.toThrow('Event 1 does not load: its attempt is missing.')
    await store.close()
  })

  it('keeps a write-ahead log', async () => {
    const store = await withTicket()
    await store.close()
    const database = loadDriver().open(path)
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    database.close()
  })

  it('says what to do when there is no database, or not a current one', async () => {
    const opening = () => openSqlite({ path })
    await expect(opening()).rejects.toThrow("Error: Database not initialized. Run 'ticket migrate' first.")
    expect(await schemaVersion(path)).toBeNull()
    await migrate(path)
    expect(await schemaVersion(path)).toBe(SCHEMA_VERSION)
    execute('UPDATE schema_version SET version = 3')
    await expect(opening()).rejects.toThrow(
      `Error: Database schema outdated (v3, need v${SCHEMA_VERSION}). Run 'ticket migrate'.`,
    )
    const newer = SCHEMA_VERSION + 1
    execute(`UPDATE schema_version SET version = ${newer}`)
    await expect(opening()).rejects.toThrow(
      `Error: Database schema newer than code (v${newer} > v${SCHEMA_VERSION}). Update swarm.`,
    )
    await expect(migrate(path)).rejects.toThrow('newer than code')
    await expect(opening()).rejects.toMatchObject({ code: 'store', retryable: false })
  })

  it('says so when the file is no database', async () => {
    writeFileSync(
      path,
      'Once upon a time there was a file that was long enough to look like something else.'.repeat(20),
    )
    await expect(openSqlite({ path })).rejects.toMatchObject({
      code: 'store',
      message: 'The file is not a database.',
    })
  })

  it('refuses a SQLite that can corrupt the database', async () => {
    await migrate(path)
    const driver = { ...loadDriver(), version: () => '3.46.1' }
    await expect(openSqlite({ path, driver })).rejects.toMatchObject({
      code: 'store',
      retryable: false,
      message: expect.stringContaining('SQLite 3.46.1 can corrupt'),
    })
    const safe = ['3.51.3', '3.53.0', '3.50.7', '3.44.6', '4.0.0']
    const vulnerable = ['0', '3.7.0', '3.44.5', '3.45.1', '3.50.6', '3.51.2']
    expect([...safe, ...vulnerable].filter(isSafe)).toEqual(safe)
  })

  it('keeps tickets that back off out of the index that claims read', async () => {
    const store = await withTicket()
    await store.transact(async (tx) => {
      const ticket = (await tx.ticket(1))!
      const stage = { status: 'open', assignedTo: null, notBefore: 1000, delay: null, front: false } as const
      await tx.save({ ...ticket, stage }, [], 'swarm')
    })
    const database = loadDriver().open(path)
    const asleep = () => database.prepare('SELECT asleep FROM tickets').get()?.asleep
    const index = database.prepare("SELECT sql FROM sqlite_schema WHERE name = 'tickets_ready'").get()
    expect(index?.sql).toMatch(/AND asleep = 0$/)
    expect(asleep()).toBe(1)
    await store.transact((tx) => tx.firstReady(999))
    expect(asleep()).toBe(1)
    await store.transact((tx) => tx.firstReady(1000))
    expect(asleep()).toBe(0)
    database.close()
    await store.close()
  })

  it('claims from the index of the ready list, without a scan or a sort', async () => {
    const store = await withTicket()
    await store.close()
    const database = loadDriver().open(path)
    database.exec('DROP INDEX tickets_ready')
    database.close()
    const broken = await openSqlite({ path })
    await expect(broken.transact((tx) => tx.firstReady(0))).rejects.toThrow('tickets_ready')
    await broken.close()
  })
})
