/** A wall clock that was wrong for a minute: what it wrote down is not believed for a year. */
import { expect, it } from 'vitest'
import { claimProposing } from '../../src/life/agents/claim-proposing.ts'
import { paused } from '../../src/life/limits/may-claim.ts'
import { lift, pausesOf } from '../../src/life/limits/pauses.ts'
import { type Answer, failed, pretended, works } from './pretended.ts'
import { type Story, swarm } from './swarm.ts'

const HOUR = 3_600_000
const YEAR = 365 * 24 * HOUR

const told = (answer: Answer, tell: (s: Story) => Promise<void>, settings = {}) =>
  swarm(tell, { with: () => ({ harness: pretended(answer) }), settings: { agents: 1, ...settings } })

/** The clock is a year ahead while something happens. */
async function aYearAhead(s: Story, happens: () => Promise<unknown>): Promise<void> {
  s.clock.jump(YEAR)
  await happens()
  s.clock.jump(-YEAR)
}

it('hands out a ticket that was sent back while the clock was a year ahead', () => {
  let model: Answer = () => failed('infrastructure')
  return told(
    (task) => model(task),
    async (s) => {
      const id = await s.file('Unlucky', [])
      await aYearAhead(s, () => s.settle())
      expect((await s.ticket(id)).stage).toMatchObject({ delay: 'infrastructure' })
      model = works
      expect(await s.world.store.census(s.clock.now())).toMatchObject({ claimable: 1 })
      expect((await s.world.store.readyList(s.clock.now(), 5)).map((each) => each.id)).toEqual([id])
      await s.settle()
      expect((await s.ticket(id)).stage.status).toBe('done')
    },
  )
})

it('lets one agent try again when a pause was begun while the clock was a year ahead', () => {
  let model: Answer = () => failed('overloaded')
  return told(
    (task) => model(task),
    async (s) => {
      await s.file('Unlucky', [])
      await s.file('Other', [])
      await aYearAhead(s, () => s.settle())
      expect((await paused(s.world, s.fleet))?.until).toBeLessThanOrEqual(s.clock.now() + HOUR)
      model = works
      await s.settle()
      expect(await pausesOf(s.world.store, s.clock.now())).toEqual([])
      expect(await s.main()).toHaveLength(2)
    },
  )
})

it('goes on with a limit of the account for a week at most, whatever was said', () =>
  told(
    () => failed('usage limit', 'Used up.', { until: Date.UTC(2030, 0, 1) }),
    async (s) => {
      await s.file('Unlucky', [])
      await s.settle()
      const [pause] = await pausesOf(s.world.store, s.clock.now())
      expect((pause?.until ?? 0) - s.clock.now()).toBeLessThanOrEqual(7 * 24 * HOUR + 60_000)
    },
  ))

it('notices the same failure in many tickets also after a pause that was ended a year ahead', () =>
  told(
    () => failed('harness crash', 'It broke.'),
    async (s) => {
      for (let n = 0; n < 3; n++) await s.file(`First ${n}`, [])
      await s.settle()
      expect(await paused(s.world, s.fleet)).toMatchObject({ cause: 'same failure' })
      await aYearAhead(s, () => lift(s.world, () => true, 'Mended.', 'a person'))
      for (let n = 0; n < 3; n++) await s.file(`Second ${n}`, [])
      await s.settle()
      expect(await paused(s.world, s.fleet)).toMatchObject({ cause: 'same failure' })
    },
  ))

it('goes proposing again after it did so a year ahead', () =>
  told(
    () => failed('harness crash'),
    async (s) => {
      await aYearAhead(s, () => s.settle())
      const proposing = await s.world.store.setting('scouting.ticket')
      expect((await s.attempts(Number(proposing))).length).toBeGreaterThan(0)
      expect(await claimProposing(s.world, 'agent-1')).not.toBeNull()
    },
    { propose: true },
  ))
