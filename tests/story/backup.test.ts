import { cpSync, existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it, vi } from 'vitest'
import { claimNext } from '../../src/life/agents/claim.ts'
import { LEASE_MS } from '../../src/life/lease.ts'
import { file } from '../../src/life/tickets/file.ts'
import { clock } from '../../src/main/machine/clock.ts'
import { takeLock } from '../../src/main/project/lock.ts'
import { migrateTickets } from '../../src/main/project/migrating.ts'
import { backUpHourly } from '../../src/main/server/hourly.ts'
import type { Receipt } from '../../src/ports/attempts.ts'
import type { Store } from '../../src/ports/store.ts'
import { loadDriver } from '../../src/stores/sqlite/driver.ts'
import { emptyAt } from '../../src/stores/sqlite/migrate.ts'
import { readBack } from '../../src/stores/sqlite/online.ts'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import { SCHEMA_VERSION } from '../../src/stores/sqlite/version.ts'
import { makeOriginal, ORDINARY } from '../contracts/store-original.ts'
import { handClock } from './clock.ts'
import { foldsToRows, PERSON } from './swarm.ts'
import { git, newFolder, type Said, swarm } from './terminal.ts'

// Dozens of attempts in real checkouts, on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000 })

const HOUR = 3_600_000

async function project(file?: string) {
  const folder = newFolder()
  if (file !== undefined) {
    writeFileSync(join(folder, file), 'A project.\n')
    git(folder, 'init', '-q', '-b', 'main')
    git(folder, 'add', '-A')
    git(folder, 'commit', '-q', '-m', 'Begin')
  }
  await swarm(['init', '.', '--yes'], { folder })
  const [own, bare] = [join(folder, '.swarm'), join(folder, '.swarm/repo.git')]
  const path = join(own, 'tickets/tickets.db')
  const says = async (...argv: string[]): Promise<Said> => {
    await letGo()
    const said = await swarm(argv, { folder })
    expect(said, argv.join(' ')).toMatchObject({ code: 0, err: '' })
    return said
  }
  return {
    ...{ folder, own, bare, path, says },
    refuses: (...argv: string[]) => letGo().then(() => swarm(argv, { folder })),
    json: async (...argv: string[]) => JSON.parse((await says(...argv, '--format', 'json')).out),
    async store<T>(work: (store: Store) => Promise<T>): Promise<T> {
      const store = await openSqlite({ path })
      try {
        return await work(store)
      } finally {
        await store.close()
      }
    },
    /** A commit as the merge queue makes it, without a swarm. */
    lands(ticket: number, attempt: number) {
      const clone = join(folder, '..', `clone-${ticket}-${attempt}`)
      git(folder, 'clone', '-q', bare, clone)
      writeFileSync(join(clone, `t${ticket}.txt`), `${attempt}\n`)
      git(clone, 'add', '-A')
      git(clone, 'commit', '-q', '-m', `ticket-${ticket}: T\n\nTicket: ${ticket}\nAttempt: ${attempt}`)
      git(folder, `--git-dir=${bare}`, 'fetch', '-q', clone, 'main:main')
    },
  }
}

/**
 * The SQLite that comes along lets go of a file only when the statements of its connection have been collected. In real
 * life a process ends before that.
 */
async function letGo(): Promise<void> {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  await new Promise((resolve) => setImmediate(resolve))
}

const GREEN: Omit<Receipt, 'id' | 'tree'> = {
  ...{ fingerprint: 'f', verdict: 'green', flaky: false, preExisting: false, command: './verify.sh' },
  ...{ exit: 0, signal: null, output: '', sandbox: 'process', ticket: null, attempt: 1, doubts: [] },
  ...{ startedAt: 1, durationMs: 1 },
}

type Project = Awaited<ReturnType<typeof project>>

const files = (p: Project, ...titles: string[]) =>
  p.store(async (store) => {
    for (const title of titles) await file({ store, clock }, { title }, PERSON)
  })
const titles = (p: Project) =>
  p.store(async (store) => (await store.tickets({})).map(({ id, title }) => `${id} ${title}`))

describe('swarm backup', () => {
  it('copies the tickets, also while somebody writes, and lists what there is', async () => {
    const p = await project()
    expect((await p.says('backup', '--list')).out).toContain('no backups yet')
    await files(p, 'One', 'Two')
    await p.store(async (store) => {
      await store.transact(async (tx) => {
        await tx.putSetting('not', 'committed')
        expect(await p.json('backup')).toMatchObject({ tickets: 2 })
      })
    })
    const { backups } = await p.json('backup', '--list')
    expect(backups).toEqual([
      {
        path: expect.stringMatching(/tickets-\d{8}T\d{6}Z\.db$/),
        bytes: expect.any(Number),
        at: expect.any(Number),
      },
    ])
    const copy = await openSqlite({ path: backups[0].path })
    expect(await copy.setting('not')).toBeNull()
    expect((await copy.tickets({})).map(({ title }) => title)).toEqual(['One', 'Two'])
    await copy.close()
  })

  it('lets several be taken at once: each is whole, and none takes the name of another', async () => {
    const p = await project()
    await files(p, 'One', 'Two')
    const taken = await Promise.all(Array.from({ length: 4 }, () => swarm(['backup'], { folder: p.folder })))
    expect(taken.map(({ code, err }) => [code, err])).toEqual(Array(4).fill([0, '']))
    const { backups } = await p.json('backup', '--list')
    expect(new Set(taken.map(({ out }) => out.split(': ')[1]?.trim()))).toEqual(
      new Set(backups.map(({ path }: { path: string }) => path)),
    )
    for (const { path } of backups) expect(await readBack(path)).toBe(2)
    expect(readdirSync(join(p.own, 'backups'))).toHaveLength(4)
  })

  it('removes what a backup that was killed has left, and leaves what is being written', async () => {
    const p = await project()
    await p.says('backup')
    const [old, young] = ['old', 'young'].map((name) =>
      join(p.own, 'backups', `tickets.db.${name}.unfinished`),
    )
    for (const path of [old, young]) writeFileSync(path!, '')
    utimesSync(old!, 1, 1)
    await p.says('backup')
    expect([existsSync(old!), existsSync(young!)]).toEqual([false, true])
  })

  it('keeps the newest 24', async () => {
    const p = await project()
    for (let n = 0; n < 26; n++) await p.says('backup')
    expect((await p.json('backup', '--list')).backups).toHaveLength(24)
    expect(readdirSync(join(p.own, 'backups'))).toHaveLength(24)
  })

  it('is taken of nothing that is damaged', async () => {
    const p = await project()
    await files(p, 'One')
    writeFileSync(p.path, 'no database')
    rmSync(`${p.path}-wal`, { force: true })
    expect(await p.refuses('backup')).toMatchObject({ code: 1, err: 'The file is not a database.\n' })
    expect(readdirSync(join(p.own, 'backups'))).toEqual([])
  })
})

describe('swarm restore', () => {
  it('brings the tickets back as they were, and keeps those of now aside', async () => {
    const p = await project()
    await files(p, 'One')
    const { path } = await p.json('backup')
    await files(p, 'Two')
    const restored = await p.json('restore', basename(path))
    expect(restored).toMatchObject({ from: path, tickets: 1, landed: [], set_aside: 0 })
    expect(await titles(p)).toEqual(['1 One'])
    const aside = await openSqlite({ path: restored.aside })
    expect((await aside.tickets({})).map(({ title }) => title)).toEqual(['One', 'Two'])
    await aside.close()
    await p.store((store) => foldsToRows({ store }))
  })

  it('writes down what has landed since, so that nothing lands twice', async () => {
    const p = await project()
    await files(p, 'One', 'Two')
    const { path } = await p.json('backup')
    p.lands(1, 1)
    expect((await p.says('restore', path)).out).toContain('recorded again: #1.')
    await p.store(async (store) => {
      expect((await store.ticket(1))?.stage).toMatchObject({ status: 'done', resolution: 'landed' })
      expect((await store.readyList(clock.now(), 9)).map(({ id }) => id)).toEqual([2])
      expect(await store.landing(1, 1)).toMatchObject({ status: 'landed' })
      await foldsToRows({ store })
    })
  })

  it('gives no number of a ticket out again, for git knows the work of the first', async () => {
    const p = await project()
    await files(p, 'One')
    const { path } = await p.json('backup')
    await files(p, 'Two', 'Three', 'Four')
    p.lands(3, 1)
    await p.says('restore', path)
    await files(p, 'Another')
    expect(await titles(p)).toEqual(['1 One', '4 Another'])
  })

  it('keeps work that the backup does not know under another name', async () => {
    const p = await project()
    await files(p, 'One')
    const { path } = await p.json('backup')
    const tip = git(p.folder, `--git-dir=${p.bare}`, 'rev-parse', 'main')
    await p.store((store) =>
      claimNext({ store, clock }, { holder: 'agent-1', leaseMs: LEASE_MS, harness: 'scripted' }),
    )
    git(p.folder, `--git-dir=${p.bare}`, 'update-ref', 'refs/swarm/work/1/1', tip)
    expect(await p.json('restore', path)).toMatchObject({ set_aside: 1 })
    const refs = git(p.folder, `--git-dir=${p.bare}`, 'for-each-ref', '--format=%(refname)', 'refs/swarm/')
    expect(refs.split('\n').map((ref) => ref.replace(/\d{8}T\d{6}Z/, 'TIME'))).toEqual([
      'refs/swarm/before-restore/TIME/work/1/1',
      'refs/swarm/start',
    ])
  })

  it('takes the place of tickets that are damaged or gone', async () => {
    const p = await project()
    await files(p, 'One')
    const { path } = await p.json('backup')
    writeFileSync(p.path, 'no database at all, whatever happened to it')
    const { aside } = await p.json('restore', path)
    expect(existsSync(aside)).toBe(true)
    expect(await titles(p)).toEqual(['1 One'])
    rmSync(p.path)
    expect(await p.json('restore', path)).toMatchObject({ aside: null })
    expect(await titles(p)).toEqual(['1 One'])
  })

  it('changes nothing when the backup is damaged, missing, or not wanted after all', async () => {
    const p = await project()
    await files(p, 'One')
    const broken = join(p.folder, 'broken.db')
    writeFileSync(broken, 'no database')
    expect(await p.refuses('restore', broken)).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot be restored, so nothing was changed.'),
    })
    expect((await p.refuses('restore', 'none.db')).err).toContain('There is no backup none.db')
    const { path } = await p.json('backup')
    await files(p, 'Two')
    expect((await swarm(['restore', path], { folder: p.folder, answer: false })).code).toBe(1)
    expect(await titles(p)).toEqual(['1 One', '2 Two'])
    expect(readdirSync(join(p.own, 'tickets')).filter((name) => /draft|ready/.test(name))).toEqual([])
  })

  it('is refused, and changes nothing, when the backup is of another project', async () => {
    const [p, other] = [await project('ours.txt'), await project('theirs.txt')]
    await files(p, 'Ours')
    await files(other, 'Theirs')
    const { path } = await other.json('backup')
    expect(await p.refuses('restore', path)).toMatchObject({
      code: 1,
      err: expect.stringContaining('is a backup of another project'),
    })
    expect(await titles(p)).toEqual(['1 Ours'])
    expect(await other.json('restore', path)).toMatchObject({ tickets: 1 })
  })

  it('takes along the receipts of what has landed since, so that an audit is green', async () => {
    const p = await project()
    await files(p, 'One')
    const { path } = await p.json('backup')
    await files(p, 'Two')
    p.lands(1, 1)
    p.lands(2, 1)
    const trees = git(p.folder, `--git-dir=${p.bare}`, 'log', '-2', '--format=%T', 'main').trim().split('\n')
    await p.store((store) =>
      store.transact(async (tx) => {
        for (const [at, tree] of trees.entries()) await tx.addReceipt({ ...GREEN, tree, ticket: 2 - at })
      }),
    )
    expect(await p.json('restore', path)).toMatchObject({ landed: [1], unproven: [] })
    expect(await p.json('audit')).toMatchObject({ all_green: true })
  })

  it('names the commits on main that have no receipt afterwards', async () => {
    const p = await project()
    await files(p, 'One')
    const { path } = await p.json('backup')
    p.lands(1, 1)
    const commit = git(p.folder, `--git-dir=${p.bare}`, 'rev-parse', 'main').trim()
    const said = (await p.says('restore', path)).out
    expect(said).toContain(`Without a receipt on main now: ${commit.slice(0, 10)}.`)
    expect(await p.json('restore', path)).toMatchObject({ unproven: [commit] })
  })

  it('brings back what is only in the log beside the backup', async () => {
    const p = await project()
    await files(p, 'One')
    const copy = join(p.folder, 'copy.db')
    cpSync(p.path, copy)
    const open = loadDriver().open(copy)
    open.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0')
    open.exec("UPDATE tickets SET title = 'Only in the log'")
    const aside = join(p.folder, 'aside.db')
    for (const part of ['', '-wal']) cpSync(copy + part, aside + part)
    open.close()
    expect(statSync(`${aside}-wal`).size).toBeGreaterThan(0)
    expect(await p.json('restore', aside)).toMatchObject({ tickets: 1 })
    expect(await titles(p)).toEqual(['1 Only in the log'])
  })

  it.each([
    [
      'a trigger',
      'CREATE TRIGGER spy AFTER INSERT ON comments BEGIN DELETE FROM comments; END',
      'trigger spy',
    ],
    ['a view', 'CREATE VIEW mine AS SELECT 1', 'view mine'],
    [
      'a view in the place of the version',
      'DROP TABLE schema_version; CREATE VIEW schema_version AS WITH RECURSIVE n (version) AS (SELECT 1 UNION ALL SELECT version + 1 FROM n) SELECT version FROM n',
      'view schema_version',
    ],
    ['a table', 'CREATE TABLE secrets (it TEXT)', 'table secrets'],
    ['an index', 'CREATE UNIQUE INDEX once ON comments (author)', 'index once'],
    [
      'another trigger under the name of one of ours',
      'DROP TRIGGER ticket_added; CREATE TRIGGER ticket_added AFTER INSERT ON tickets BEGIN DELETE FROM events; END',
      'trigger ticket_added',
    ],
    ['a table too few', 'DROP TABLE notices', 'table notices'],
    ['a newer version', 'INSERT INTO schema_version (version) VALUES (99)', 'newer'],
  ])('refuses a backup that has %s', async (_, sql, sentence) => {
    const p = await project()
    await files(p, 'One')
    const { path } = await p.json('backup')
    const database = loadDriver().open(path)
    database.exec(sql)
    database.close()
    await files(p, 'Two')
    expect(await p.refuses('restore', path)).toMatchObject({
      code: 1,
      err: expect.stringContaining(sentence),
    })
    expect(await titles(p)).toEqual(['1 One', '2 Two'])
  })

  it.each([
    ['nothing', ''],
    ['a table of somebody else', 'CREATE TABLE bookmarks (url TEXT)'],
    [
      'their own version',
      'CREATE TABLE schema_version (version INTEGER); INSERT INTO schema_version VALUES (2)',
    ],
  ])('refuses a database that holds %s, for it is none of ours', async (_, sql) => {
    const p = await project()
    await files(p, 'One')
    const path = join(p.folder, 'other.db')
    const database = loadDriver().open(path)
    database.exec(sql || 'VACUUM')
    database.close()
    expect((await p.refuses('restore', path)).err).toContain('is no database of tickets')
    expect(await titles(p)).toEqual(['1 One'])
  })

  it('takes a backup of each earlier version of ours', async () => {
    const p = await project()
    const versions = Array.from({ length: SCHEMA_VERSION - 3 }, (_, at) => at + 4)
    for (const version of versions) {
      const path = join(p.folder, `version-${version}.db`)
      const empty = emptyAt(version)!
      empty.query('VACUUM INTO ?', [path])
      empty.close()
      const database = loadDriver().open(path)
      database.exec(
        `CREATE TABLE schema_version (version INTEGER); INSERT INTO schema_version VALUES (${version})`,
      )
      database.close()
      expect(await p.json('restore', path)).toMatchObject({ tickets: 0 })
    }
  })

  it.each([1, 3, 'dashboard', 'killed'] as const)(
    'takes a database of the original (%s), and leaves nothing beside the tickets',
    async (origin) => {
      const p = await project()
      const path = join(p.folder, 'original.db')
      makeOriginal(path, origin, ORDINARY)
      const { path: ours } = await p.json('backup')
      await p.says('restore', path)
      expect((await titles(p)).slice(0, 2)).toEqual(['1 Add search', '2 Add filter'])
      // Once more, now that it has been upgraded.
      await p.says('restore', (await p.json('backup')).path)
      await p.says('restore', ours)
      expect(readdirSync(join(p.own, 'tickets')).filter((name) => /draft|ready/.test(name))).toEqual([])
    },
  )

  it('is no upgrade beneath a server of an older version: that is refused while it runs', async () => {
    const p = await project()
    const path = join(p.own, 'tickets/tickets.db')
    const empty = emptyAt(SCHEMA_VERSION - 1)!
    empty.exec(
      `CREATE TABLE schema_version (version INTEGER); INSERT INTO schema_version VALUES (${SCHEMA_VERSION - 1})`,
    )
    rmSync(path)
    empty.query('VACUUM INTO ?', [path])
    empty.close()
    const lock = takeLock(join(p.own, 'server.lock'))
    await expect(migrateTickets(path)).rejects.toThrow('First: swarm stop.')
    lock?.release()
    expect(await migrateTickets(path)).toMatchObject({ from: SCHEMA_VERSION - 1, to: SCHEMA_VERSION })
  })

  it('is refused while the swarm runs, or another program has the tickets open', async () => {
    const p = await project()
    const { path } = await p.json('backup')
    const lock = takeLock(join(p.own, 'server.lock'))
    expect((await p.refuses('restore', path)).err).toContain('Stop it before a restore: swarm stop.')
    lock?.release()
    await p.store(async (store) => {
      await store.transact((tx) => tx.putSetting('open', 'yes'))
      expect((await p.refuses('restore', path)).err).toContain('Another program has the tickets open')
      expect(await store.setting('open')).toBe('yes')
    })
  })
})

describe('the hourly backup', () => {
  it('is taken soon after a start without one, then each hour, and goes on after one that failed', async () => {
    const hand = handClock()
    const taken: number[] = []
    const noted: string[] = []
    const over = new AbortController()
    const backUp = async () => {
      taken.push(Math.round(hand.monotonic() / 1000))
      if (taken.length === 2) throw new Error('No room.')
    }
    const note = (line: string) => noted.push(line)
    const kept = backUpHourly({ clock: hand, newest: () => null, backUp, note }, over.signal)
    for (const ms of [5000, HOUR, HOUR]) {
      hand.turn(ms)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(taken).toEqual([5, 3605, 7205])
    expect(noted).toEqual(['the hourly backup failed: Error: No room.'])
    over.abort()
    await kept
  })

  it.each([
    ['half an hour old: in half an hour', -HOUR / 2, 1800],
    ['older than an hour: soon', -2 * HOUR, 5],
    ['of the future, since the clock was set back: soon', HOUR, 5],
  ])('after one that is %s', async (_, age, seconds) => {
    const hand = handClock()
    const taken: number[] = []
    const over = new AbortController()
    const newest = hand.now() + age
    const backUp = async () => void taken.push(hand.monotonic() / 1000)
    const kept = backUpHourly({ clock: hand, newest: () => newest, backUp, note: () => {} }, over.signal)
    hand.turn(seconds * 1000 - 1)
    await new Promise((resolve) => setImmediate(resolve))
    expect(taken).toEqual([])
    hand.turn(1)
    await new Promise((resolve) => setImmediate(resolve))
    expect(taken).toEqual([seconds])
    over.abort()
    await kept
  })
})
