import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import type { Repo } from '../../../src/ports/repo.ts'
import type { Store } from '../../../src/ports/store.ts'
import { Trouble } from '../../../src/ports/trouble.ts'
import { migrate, schemaVersion } from '../../../src/stores/sqlite/migrate.ts'
import { openSqlite } from '../../../src/stores/sqlite/store.ts'
import { swarm } from '../swarm.ts'

// Dozens of attempts in real checkouts, on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000 })

const write = (file: string, text = 'fine\n') => ({ write: { file, text } })
const HOUR = 3_600_000

it('lands the work later when the disk was full in the middle of a merge', () => {
  let isFull = false
  const full = (repo: Repo): Repo => ({
    ...repo,
    merge: async (ours, theirs) => {
      if (isFull) throw new Trouble('disk', 'No space left on device.')
      return repo.merge(ours, theirs)
    },
  })
  return swarm(
    async (s) => {
      const id = await s.file('Keep me', [write('a.txt')])
      s.fleet.mergeQueue = { at: null, done: Promise.resolve() }
      await s.tick()
      await s.commitToMain({ 'other.txt': 'meanwhile\n' })
      s.fleet.mergeQueue = null
      isFull = true
      await s.settle()
      expect(await s.main()).toEqual(['Begin'])
      expect((await s.ticket(id)).stage.status).toBe('ready')
      expect((await s.ticket(id)).charged).toBe(0)
      isFull = false
      s.clock.turn(HOUR)
      await s.settle()
      expect(await s.main()).toEqual(['Begin', 'ticket-1: Keep me'])
      expect(await s.read('a.txt')).toBe('fine\n')
    },
    { with: ({ repo }) => ({ repo: full(repo) }) },
  )
})

it('goes on with finished work though the database was busy at the moment it was to be noted', () => {
  let isBusy = true
  return swarm(
    async (s) => {
      await s.file('Hard work', [
        { on: 'start', do: [write('finished.txt')] },
        { on: 'again', do: [{ run: 'test -e finished.txt' }, write('second.txt')] },
      ])
      await s.settle()
      expect(await s.main()).toEqual([])
      isBusy = false
      s.clock.turn(HOUR)
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Hard work'])
      expect(await s.read('finished.txt')).toBe('fine\n')
    },
    { with: ({ store }) => ({ store: busyOnceWorkIsKept(store, () => isBusy) }) },
  )
})

/** Nobody can write down that an attempt has left work behind. */
const busyOnceWorkIsKept = (store: Store, isBusy: () => boolean): Store => ({
  ...store,
  transact: (work) =>
    store.transact((tx) =>
      work({
        ...tx,
        putAttempt: async (attempt) => {
          const before = await tx.attempt(attempt.ticket, attempt.number)
          if (isBusy() && attempt.work !== null && before?.work === null)
            throw new Trouble('store', 'The database is busy: other programs keep writing to it.')
          return tx.putAttempt(attempt)
        },
      }),
    ),
})

it('tries an agent whose program keeps crashing three times, with time between, and then asks a person', () =>
  swarm(async (s) => {
    const id = await s.file('Crash', [{ crash: 1 }])
    const tries: number[] = []
    for (let seconds = 0; seconds < 60; seconds++) {
      await s.settle()
      tries.push((await s.attempts(id)).length)
      s.clock.turn(1000)
    }
    expect([tries[0], tries[4], tries[5], tries[14], tries[15], tries[59]]).toEqual([1, 1, 2, 2, 3, 3])
    expect((await s.ticket(id)).stage).toMatchObject({ status: 'open', assignedTo: 'human' })
    expect(await s.main()).toEqual([])
  }))

it('makes no half database when somebody looks before there is one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'swarm-none-'))
  try {
    const path = join(folder, 'tickets.db')
    await expect(openSqlite({ path })).rejects.toThrow(/migrate|init/)
    expect(existsSync(path)).toBe(false)
    await migrate(path)
    expect(await schemaVersion(path)).not.toBeNull()
    await (await openSqlite({ path })).close()
  } finally {
    rmSync(folder, { recursive: true })
  }
})

it('goes on with a ticket whose agent was killed in the middle of a merge', () =>
  swarm(async (s) => {
    const id = await s.file('Half merged', [
      {
        on: 'start',
        do: [
          write('a.txt'),
          { commit: 'mine' },
          { run: 'git checkout -q -b other HEAD~1 && echo theirs > a.txt && git add a.txt' },
          { run: 'git -c user.name=x -c user.email=x@x commit -qm theirs && git checkout -q -' },
          { run: { command: 'git merge other', may_fail: true } },
          { kill: true },
        ],
      },
      { on: 'again', do: [write('a.txt', 'both\n')] },
    ])
    await s.settle()
    s.clock.turn(HOUR)
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Half merged'])
    expect(await s.read('a.txt')).toBe('both\n')
    expect((await s.attempts(id)).length).toBe(2)
  }))
