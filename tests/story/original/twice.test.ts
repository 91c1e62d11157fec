import { expect, it, vi } from 'vitest'
import { run } from '../../../src/life/run.ts'
import { block } from '../../../src/life/tickets/block.ts'
import { pretended, works } from '../pretended.ts'
import { PERSON, swarm } from '../swarm.ts'

// Dozens of attempts in real checkouts, on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000 })

it('refuses tickets that would wait for each other or for themselves', () =>
  swarm(
    async (s) => {
      for (const title of ['A', 'B', 'C']) await s.file(title, [])
      await block(s.world, 1, 2, PERSON)
      await block(s.world, 2, 3, PERSON)
      const refused = [
        await block(s.world, 1, 1, PERSON),
        await block(s.world, 2, 1, PERSON),
        await block(s.world, 3, 1, PERSON),
      ]
      for (const answer of refused) expect(answer).toMatchObject({ refused: 'conflict' })
      expect((await s.world.store.readyList(s.clock.now(), 10)).map(({ id }) => id)).toEqual([3])
    },
    { settings: { agents: 0 } },
  ))

it('lets six agents without anything to do file nothing', () =>
  swarm(
    async (s) => {
      await s.settle()
      s.clock.turn(3_600_000)
      await s.settle()
      expect(await s.world.store.tickets({})).toEqual([])
    },
    { settings: { agents: 6 } },
  ))

it('leaves the agents at work alone when the swarm grows and shrinks', () => {
  let goOn = () => {}
  const waits = new Promise<void>((resolve) => {
    goOn = resolve
  })
  return swarm(
    async (s) => {
      const id = await s.file('Under way', [])
      const running = await run(s.world)
      await expect.poll(() => running.agents()[0]?.ticket, POLL).toBe(id)
      running.scale(4)
      await expect.poll(() => running.agents().length, POLL).toBe(4)
      running.scale(1)
      await expect.poll(() => running.agents().length, POLL).toBe(1)
      goOn()
      await expect.poll(() => s.main(), POLL).toEqual(['ticket-1: Under way'])
      await running.stop()
      expect((await s.attempts(id)).length).toBe(1)
    },
    { with: () => ({ harness: pretended((task) => waits.then(() => works(task))) }) },
  )
})
const POLL = { timeout: 20_000 }
