import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MUTANTS } from './mutants/list.ts'
import { planted } from './mutants/plant.ts'
import { planOf } from './plan.ts'
import { shrink } from './shrink.ts'
import { room, simulate } from './simulation.ts'

/** As few as bring about everything; `npm run sim` lives through thousands. */
const SEEDS = 14

let there: Awaited<ReturnType<typeof room>>
beforeAll(async () => {
  there = await room()
})
afterAll(() => there.close())

describe('the simulator', () => {
  it('finds nothing wrong in the histories of a few seeds, in which everything goes wrong that it is there for', async () => {
    const sum = { kills: 0, pauses: 0, fullDisks: 0, late: 0 }
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { violation, counts, late } = await simulate(planOf(seed), there.make())
      expect(violation, `seed ${seed}`).toBeNull()
      sum.kills += counts.kills
      sum.pauses += counts.pauses
      sum.fullDisks += counts.fullDisks
      sum.late += late.sent
    }
    for (const often of Object.values(sum)) expect(often).toBeGreaterThan(0)
  }, 120_000)

  it('tells the same history for the same seed, word for word', async () => {
    const plan = planOf(5)
    const [one, other] = [await simulate(plan, there.make()), await simulate(plan, there.make())]
    expect(one.history.length).toBeGreaterThan(50)
    expect(other.history).toEqual(one.history)
  }, 60_000)

  it('cuts a plan down to what matters', async () => {
    const plan = planOf(5)
    const needed = plan.tickets[2]!.name
    const smallest = await shrink(
      plan,
      async ({ tickets }) => tickets.some(({ name }) => name === needed),
      400,
    )
    expect(smallest).toMatchObject({ agents: 1, moody: 0, faults: [], weather: [], deeds: [] })
    expect(smallest.tickets.map(({ name }) => name)).toEqual([needed])
  })
})

it.each(MUTANTS)('still has the place where to plant the bug "$name"', ({ edits }) => {
  for (const { file, ...edit } of edits) {
    const text = readFileSync(file, 'utf8')
    expect(planted(text, [{ file, ...edit }])).not.toBe(text)
  }
})
