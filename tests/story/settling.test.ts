import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { reconcile as settle } from '../../src/life/landing/reconcile.ts'
import { run } from '../../src/life/run.ts'
import type { Repo } from '../../src/ports/repo.ts'
import { swarm } from './swarm.ts'

const write = (file: string, text = 'fine\n') => ({ write: { file, text } })

it('lands once when a person takes the ticket back between the move of main and its note', () =>
  swarm(
    async (s) => {
      const id = await s.file('Once', [write('a.txt')])
      await s.tick()
      await s.tick()
      expect(await s.main()).toEqual(['ticket-1: Once'])
      expect((await s.ticket(id)).stage.status).toBe('ready')
      await s.person(id, { type: 'release', reason: 'I thought it was stuck.' })
      const running = await run(s.world)
      expect(running.found).toMatchObject({ landed: [id], lost: [] })
      await running.stop()
      expect((await s.ticket(id)).stage).toMatchObject({ status: 'done', resolution: 'landed' })
      expect(await s.main()).toEqual(['ticket-1: Once'])
    },
    { with: ({ repo }) => ({ repo: dyingAfterTheMove(repo) }) },
  ))

it('knows a landing whose candidate was written over before the move of main was seen', () =>
  swarm(
    async (s) => {
      const id = await s.file('Once', [write('a.txt')])
      await s.tick()
      await s.tick()
      const landing = await s.world.store.landing(id, 1)
      await s.world.store.transact((tx) => tx.putLanding({ ...landing!, candidate: 'e'.repeat(40) }))
      s.clock.turn(60_000)
      await s.settle()
      expect((await s.ticket(id)).stage).toMatchObject({ status: 'done', resolution: 'landed' })
      expect(await s.main()).toEqual(['ticket-1: Once'])
    },
    { with: ({ repo }) => ({ repo: dyingAfterTheMove(repo) }) },
  ))

function dyingAfterTheMove(repo: Repo): Repo {
  let died = false
  return {
    ...repo,
    async advance(from, to) {
      const moved = await repo.advance(from, to)
      if (died) return moved
      died = true
      throw new Error('killed')
    },
  }
}

it('believes no trailer of a history that was there before the swarm', () =>
  swarm(async (s) => {
    const id = await s.file('New', [write('a.txt')])
    const tip = await s.world.repo.tip()
    const message = `Old work\n\nTicket: ${id}\nAttempt: 1\n`
    const old = { tree: tip.tree, parents: [tip.commit], message, author: 'Ada <ada@example.org>', at: 1 }
    const commit = await s.world.repo.commit(old)
    await s.world.repo.advance(tip.commit, commit)
    expect(await settle(s.world)).toEqual([])
    await s.world.repo.keep('refs/swarm/start', commit)
    expect(await settle(s.world, 'trailers')).toEqual([])
    expect((await s.ticket(id)).stage.status).toBe('open')
  }))

it('goes on after git was killed in the middle of a landing and left its lock', () =>
  swarm(async (s) => {
    await s.file('Locked out', [write('a.txt')])
    const bare = s.world.repo.source
    const lock = join(bare, 'refs/heads/main.lock')
    const half = join(bare, 'objects/tmp_objdir-incoming-x')
    writeFileSync(lock, '')
    mkdirSync(half)
    const running = await run(s.world)
    expect(running.found).toMatchObject({ locks: 1, halves: 1 })
    expect([existsSync(lock), existsSync(half)]).toEqual([false, false])
    await until(async () => (await s.main()).length === 1)
    await running.stop()
  }))

it('removes a lock that git leaves while the server runs', () =>
  swarm(async (s) => {
    await s.file('Locked out', [write('a.txt')])
    const lock = join(s.world.repo.source, 'refs/heads/main.lock')
    writeFileSync(lock, '')
    utimesSync(lock, 1, 1)
    await s.tick()
    await s.tick()
    expect(await s.main()).toEqual([])
    s.clock.turn(60_000)
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Locked out'])
  }))

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let at = 0; at < 600; at++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it never came about')
}

it('takes no older commit with the same numbers for the landing of a ticket', () =>
  swarm(async (s) => {
    const tip = await s.world.repo.tip()
    const message = 'ticket-1: Of another time\n\nTicket: 1\nAttempt: 1\n'
    const old = { tree: tip.tree, parents: [tip.commit], message, author: 'Ada <ada@example.org>', at: 1 }
    const commit = await s.world.repo.commit(old)
    await s.world.repo.advance(tip.commit, commit)
    await s.world.repo.keep('refs/swarm/start', commit)
    const id = await s.file('New', [write('a.txt')])
    s.fleet.mergeQueue = { at: null, done: Promise.resolve() }
    await s.tick()
    const landing = await s.world.store.landing(id, 1)
    await s.world.store.transact((tx) => tx.putLanding({ ...landing!, candidate: 'e'.repeat(40) }))
    s.fleet.mergeQueue = null
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Of another time', 'ticket-1: New'])
    expect(await s.read('a.txt')).toBe('fine\n')
  }))
