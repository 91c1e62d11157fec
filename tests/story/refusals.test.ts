/** A failure that names the request is its ticket's; what several tickets meet is the account's. */
import { expect, it, vi } from 'vitest'
import { pausesOf } from '../../src/life/limits/pauses.ts'
import { type Answer, failed, pretended, works } from './pretended.ts'
import { type Story, swarm } from './swarm.ts'

vi.setConfig({ testTimeout: 120_000 })

const MINUTE = 60_000

const told = (answer: Answer, tell: (s: Story) => Promise<void>) =>
  swarm(tell, { with: () => ({ harness: pretended(answer) }), settings: { agents: 1 } })

async function minutesPass(s: Story, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    s.clock.turn(MINUTE)
    await s.settle()
  }
}

it('lets the others work while one ticket is refused again and again, and then asks a person about that one', () =>
  told(
    (task) => (task.ticket.id === 1 ? failed('refusal', 'The model refused this: #1.') : works(task)),
    async (s) => {
      const refused = await s.file('Refused', [], { priority: 1 })
      for (const title of ['Two', 'Three', 'Four']) await s.file(title, [])
      await minutesPass(s, 6)
      expect(await s.main()).toEqual(['ticket-2: Two', 'ticket-3: Three', 'ticket-4: Four'])
      expect((await s.ticket(refused)).stage).toMatchObject({ status: 'open', assignedTo: 'human' })
      expect(await s.attempts(refused)).toHaveLength(3)
      expect(await pausesOf(s.world.store, s.clock.now())).toEqual([])
    },
  ))

it('takes it for the account’s when two tickets are refused alike within minutes', () =>
  told(
    () => failed('refusal', 'This model is not enabled for your workspace.'),
    async (s) => {
      for (const title of ['One', 'Two', 'Three']) await s.file(title, [])
      await s.settle()
      expect(await pausesOf(s.world.store, s.clock.now())).toMatchObject([{ cause: 'same failure' }])
      expect(await s.world.store.attempts({})).toHaveLength(2)
    },
  ))

it('lets another ticket try whether a pause is over than the one that caused it', () => {
  const tried: number[] = []
  return told(
    (task) => {
      tried.push(task.ticket.id)
      return task.ticket.id === 1 ? failed('overloaded', 'The model has too much to do.') : works(task)
    },
    async (s) => {
      for (const title of ['One', 'Two', 'Three']) await s.file(title, [])
      await minutesPass(s, 3)
      expect(tried.slice(0, 3)).toEqual([1, 2, 3])
      expect(await s.main()).toEqual(['ticket-2: Two', 'ticket-3: Three'])
    },
  )
})

it('asks a person about a ticket that alone makes everybody wait, while others can work', () => {
  let filed = 0
  return told(
    (task) => (task.ticket.id === 1 ? failed('overloaded', 'Too much to do.') : works(task)),
    async (s) => {
      const poison = await s.file('Poison', [], { priority: 1 })
      while (
        filed++ < 60 &&
        (await s.ticket(poison)).stage.status === 'open' &&
        !(await isAsked(s, poison))
      ) {
        await s.file(`Other ${filed}`, [])
        await minutesPass(s, 2)
      }
      expect(await isAsked(s, poison)).toBe(true)
      expect((await s.attempts(poison)).length).toBeLessThanOrEqual(7)
    },
  )
})

const isAsked = async (s: Story, id: number) => {
  const { stage } = await s.ticket(id)
  return stage.status === 'open' && stage.assignedTo === 'human'
}

it('asks once when the model has been overloaded six times in a row for everybody', () =>
  told(
    () => failed('overloaded', 'Too much to do.'),
    async (s) => {
      await s.file('One', [])
      await minutesPass(s, 90)
      const questions = (await s.world.store.tickets({})).filter(({ type }) => type === 'question')
      expect(questions.map(({ title }) => title)).toEqual(['Agents cannot work: overloaded'])
      expect(await isAsked(s, 1)).toBe(false)
    },
  ))
