/** A person lets agents go on while the wall clock is a year ahead: the budget holds again once the clock is right. */
import { expect, it } from 'vitest'
import { paused } from '../../src/life/limits/may-claim.ts'
import { answer } from '../../src/life/tickets/answer.ts'
import { PERSON, swarm } from './swarm.ts'

const YEAR = 365 * 24 * 3_600_000
const write = (file: string) => ({ write: { file, text: 'fine\n' } })
const dear = (file: string) => [
  { on: 'start', do: [write(`${file}-begun`), { usage: { input: 1000, cost: 6 } }, { pause: 600_000 }] },
  { on: 'again', do: [write(file)] },
]

it.each([{ totalBudget: 5 }, { dayBudget: 5 }])('keeps %o', (settings) =>
  swarm(
    async (s) => {
      await s.file('One', dear('a.txt'))
      await s.settle()
      const asked = (await paused(s.world, s.fleet))?.ticket
      s.clock.jump(YEAR)
      await answer(s.world, asked!, 'Go on', PERSON)
      await s.settle()
      s.clock.jump(-YEAR)
      s.clock.turn(1000)
      await s.file('Two', dear('b.txt'))
      await s.settle()
      expect(await paused(s.world, s.fleet)).toMatchObject({ cause: 'budget' })
    },
    { settings: { ...settings, agents: 1 } },
  ),
)

it('keeps the budget of a ticket', () =>
  swarm(
    async (s) => {
      const id = await s.file('One', [
        { on: 'start', do: [{ usage: { input: 1000, cost: 6 } }, { pause: 600_000 }] },
        { on: 'again', do: [{ usage: { input: 1000, cost: 6 } }, { pause: 3000 }, write('b.txt')] },
      ])
      s.clock.jump(YEAR)
      await s.settle()
      s.clock.jump(-YEAR)
      s.clock.turn(1000)
      await s.person(id, { type: 'release' })
      await s.settle()
      expect((await s.attempts(id)).map(({ failure }) => failure)).toEqual(['budget', 'budget'])
    },
    { settings: { ticketBudget: 5, agents: 1 } },
  ))
