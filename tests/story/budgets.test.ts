import { expect, it } from 'vitest'
import { paused } from '../../src/life/limits/may-claim.ts'
import { liftAll } from '../../src/life/limits/pauses.ts'
import { answer } from '../../src/life/tickets/answer.ts'
import { NO_USAGE } from '../../src/ports/attempts.ts'
import { costOfAll } from '../../src/ticket/costs.ts'
import { askOf } from '../../src/ticket/notice.ts'
import { priceList } from '../../src/ticket/prices.ts'
import { pretended, well } from './pretended.ts'
import { PERSON, type Story, swarm } from './swarm.ts'

const write = (file: string) => ({ write: { file, text: 'fine\n' } })
const spend = (cost: number) => ({ usage: { input: 1000, cost } })
/** Spends more than it may, in the middle of its work, and would go on for ever. */
const dear = (cost: number) => [write('begun.txt'), spend(cost), { pause: 600_000 }]
const DAY = 86_400_000
const inbox = async (s: Story) => (await s.world.store.inbox()).map(({ id, title }) => `#${id} ${title}`)
const spent = async (s: Story) => costOfAll(await s.world.store.spending({ since: 0 }), priceList([])).usd

it('ends an attempt that passes the budget of its ticket, keeps its work and asks a person', () =>
  swarm(
    async (s) => {
      const id = await s.file('Dear', [
        { on: 'start', do: dear(2.5) },
        { on: 'again', do: [{ run: 'test -e begun.txt' }, spend(1), write('ended.txt')] },
      ])
      const other = await s.file('Cheap', [write('b.txt')])
      await s.settle()
      expect((await s.attempts(id))[0]).toMatchObject({
        outcome: 'bounced',
        reason: 'budget: Ticket 1 has used $2.50 of its ticket_budget of $2.00.',
        work: expect.any(String),
        usage: { costUsd: 2.5 },
      })
      expect((await s.ticket(id)).stage).toMatchObject({ status: 'open', assignedTo: 'human' })
      expect((await s.log(id)).at(-1)).toContain("Give it the same budget again with 'ticket unclaim 1'.")
      expect((await s.ticket(other)).stage).toMatchObject({ resolution: 'landed' })
      expect(await paused(s.world, s.fleet)).toBeNull()

      s.clock.turn(1000)
      await s.person(id, { type: 'release' })
      await s.settle()
      expect(await s.main()).toEqual(['ticket-2: Cheap', 'ticket-1: Dear'])
      expect(await spent(s)).toBe(3.5)
    },
    { settings: { ticketBudget: 2 } },
  ))

it('lets everybody wait when the budget of the day is used up, and go on when a person answers', () =>
  swarm(
    async (s) => {
      const id = await s.file('Dear', [
        { on: 'start', do: dear(6) },
        { on: 'again', do: [spend(1), write('ended.txt')] },
      ])
      const next = await s.file('Next', [spend(1), write('next.txt')])
      await s.settle()
      expect((await s.attempts(id))[0]).toMatchObject({
        reason: 'swarm budget: Agents have spent $6.00 of the day_budget of $5.00.',
        work: expect.any(String),
      })
      expect(await s.ticket(id)).toMatchObject({ charged: 0, stage: { status: 'open', assignedTo: null } })
      expect(await paused(s.world, s.fleet)).toMatchObject({ cause: 'budget', until: null, ticket: 3 })
      expect(await inbox(s)).toEqual(['#3 The daily budget is used up. Resume?'])
      expect(askOf(await s.ticket(3))).toBe('budget')
      await s.settle()
      expect((await s.attempts(next)).length).toBe(0)

      s.clock.turn(1000)
      await answer(s.world, 3, 'Go on', PERSON)
      await s.settle()
      expect(await paused(s.world, s.fleet)).toBeNull()
      expect(await s.main()).toEqual(['ticket-1: Dear', 'ticket-2: Next'])
      expect(await inbox(s)).toEqual([])
    },
    { settings: { dayBudget: 5 } },
  ))

it('lets a person go on without an answer: as much again may be spent, and nothing is left to answer', () =>
  swarm(
    async (s) => {
      await s.file('Dear', [
        { on: 'start', do: dear(6) },
        { on: 'again', do: [spend(1), write('ended.txt')] },
      ])
      await s.settle()
      expect(await inbox(s)).toEqual(['#2 The total budget is used up. Resume?'])
      s.clock.turn(1000)
      await liftAll(s.world)
      await s.settle()
      expect(await paused(s.world, s.fleet)).toBeNull()
      expect(await s.main()).toEqual(['ticket-1: Dear'])
      expect(await inbox(s)).toEqual([])
    },
    { settings: { totalBudget: 5 } },
  ))

it('asks again when as much has been spent once more', () =>
  swarm(
    async (s) => {
      const script = (file: string) => [
        { on: 'start', do: dear(6) },
        { on: 'again', do: [spend(1), write(file)] },
      ]
      await s.file('One', script('a.txt'))
      await s.file('Two', script('b.txt'))
      await s.settle()
      expect(await inbox(s)).toEqual(['#3 The total budget is used up. Resume?'])
      s.clock.turn(1000)
      await answer(s.world, 3, 'Go on', PERSON)
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: One'])
      expect(await inbox(s)).toEqual(['#4 The total budget is used up. Resume?'])
      expect((await s.ticket(4)).description).toMatch(
        /^Since a person extended the total_budget of \$5\.00 by the same amount, agents have spent \$7\.00\./,
      )
    },
    { settings: { totalBudget: 5 } },
  ))

it('goes on by itself on the next day, and when the budget is raised', () =>
  swarm(
    async (s) => {
      const script = (file: string) => [
        { on: 'start', do: dear(6) },
        { on: 'again', do: [spend(1), write(file)] },
      ]
      await s.file('One', script('a.txt'))
      await s.settle()
      s.clock.turn(DAY)
      await s.settle()
      expect((await s.ticket(2)).stage).toMatchObject({ resolution: 'cancelled' })
      expect(await s.main()).toEqual(['ticket-1: One'])

      await s.file('Two', script('b.txt'))
      await s.settle()
      expect(await paused(s.world, s.fleet)).toMatchObject({ cause: 'budget', ticket: 4 })
      s.settings.dayBudget = 20
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: One', 'ticket-3: Two'])
      expect(await inbox(s)).toEqual([])
    },
    { settings: { dayBudget: 5 } },
  ))

it('starts nothing at a ticket that has no money left', () =>
  swarm(
    async (s) => {
      const id = await s.file('Dear', [spend(3), { fail: { reason: 'harness crash' } }])
      await s.settle()
      s.settings.ticketBudget = 2
      s.clock.turn(60_000)
      await s.settle()
      expect((await s.attempts(id)).map(({ reason }) => reason)).toEqual([
        'harness crash: As scripted.',
        'budget: Ticket 1 has used $3.00 of its ticket_budget of $2.00.',
      ])
      expect(await spent(s)).toBe(3)
    },
    { settings: { ticketBudget: 0 } },
  ))

it('estimates by the model that the harness says it uses', () => {
  const harness = pretended(({ emit }) => {
    emit({ type: 'session', id: 's', model: 'claude-opus-5-5' })
    emit({ type: 'usage', usage: { ...NO_USAGE, inputTokens: 1_000_000 } })
    return { ...well('s'), usage: { ...NO_USAGE, inputTokens: 1_000_000 } }
  })
  return swarm(
    async (s) => {
      await s.file('One', [])
      await s.tick()
      const spending = await s.world.store.spending({ since: 0 })
      expect(spending).toMatchObject([{ model: 'claude-opus-5-5', attempts: 1 }])
      // It has changed nothing, so it was asked once more.
      expect(costOfAll(spending, priceList([])).estimatedUsd).toBe(8)
    },
    { with: () => ({ harness }) },
  )
})

it('counts what is estimated, too', () =>
  swarm(
    async (s) => {
      const million = { usage: { input: 1_000_000, output: 1_000_000 } }
      await s.file('One', [write('a.txt'), million, { pause: 600_000 }])
      await s.settle()
      expect((await paused(s.world, s.fleet))?.reason).toBe(
        'Agents have spent $24.00 of the total_budget of $20.00.',
      )
    },
    { settings: { totalBudget: 20, model: 'claude-opus-5-5' } },
  ))
