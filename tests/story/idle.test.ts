/** Agents that stand idle: people are told why, in the words of what the claim itself met. */
import { expect, it, vi } from 'vitest'
import { idleOf } from '../../src/api/idle.ts'
import { agentsOf } from '../../src/life/agents/agents.ts'
import { pauseByHand } from '../../src/life/limits/pauses.ts'
import { tick } from '../../src/life/tick.ts'
import type { World } from '../../src/ports/world.ts'
import type { Settings } from '../../src/settings/settings.ts'
import { type Answer, failed, pretended, works } from './pretended.ts'
import { type Story, swarm } from './swarm.ts'

vi.setConfig({ testTimeout: 120_000 })

const SECOND = 1000
const MINUTE = 60 * SECOND

/** What pages and programs say at this moment. */
const said = async ({ world, fleet }: Story) =>
  (await idleOf(world, { agents: () => agentsOf(fleet), idle: () => fleet.idle }))?.sentence ?? null

function told(
  answer: Answer,
  tell: (s: Story) => Promise<void>,
  settings: Partial<Settings> = {},
  more: Partial<World> = {},
) {
  return swarm(tell, {
    settings: { agents: 3, ...settings },
    with: () => ({ harness: pretended(answer), random: () => 0, ...more }),
  })
}

it('says that there is nothing, what waits for whom, and what backs off until when', () =>
  told(
    () => failed('hang', 'It fell silent.'),
    async (s) => {
      await s.settle()
      expect(await said(s)).toBe('3 agents are idle: no ticket has been filed.')
      const first = await s.file('One', [])
      await s.file('Waits', [], { blockedBy: [first] })
      await s.file('Which colour?', [], { type: 'question', assignedTo: 'human' })
      await s.file('Of Ada', [], { assignedTo: 'ada' })
      await s.tick()
      await tick(s.world, s.fleet)
      expect(await said(s)).toBe(
        '3 agents are idle: no ticket can be claimed, because 1 ticket backs off (the next within a minute), 1 waits for a person, 1 waits for another ticket, 1 is assigned by name.',
      )
      for (const id of [1, 2, 3, 4]) await s.person(id, { type: 'cancel', reason: 'Enough.' })
      await s.settle()
      for (const { id } of await s.world.store.inbox())
        await s.person(id, { type: 'cancel', reason: 'Enough.' })
      await s.settle()
      expect(await said(s)).toMatch(/^3 agents are idle: no work is left, \d tickets done\.$/)
    },
  ))

it('counts only those without a ticket, and says nothing when each has one', () => {
  let goOn = () => {}
  const waits = new Promise<void>((resolve) => {
    goOn = resolve
  })
  return told(
    (task) => waits.then(() => works(task)),
    async (s) => {
      await s.file('One', [])
      await tick(s.world, s.fleet)
      expect(await said(s)).toBe(
        '2 agents are idle: no ticket can be claimed, because 1 ticket is in progress.',
      )
      await s.file('Two', [])
      expect(await said(s), 'one is about to take it').toBeNull()
      await s.file('Three', [])
      await tick(s.world, s.fleet)
      expect(await said(s)).toBeNull()
      goOn()
      await s.settle()
    },
  )
})

it('says what the model, the account or a person keeps all of them from, and who tries', () => {
  let goOn = () => {}
  let isMended = false
  const waits = new Promise<void>((resolve) => {
    goOn = resolve
  })
  return told(
    (task) => (isMended ? waits.then(() => works(task)) : failed('overloaded', 'Down (500).')),
    async (s) => {
      for (const title of ['One', 'Two', 'Three', 'Four']) await s.file(title, [])
      await s.settle()
      expect(await said(s)).toBe('3 agents are idle: the model does not answer, retried within a minute.')
      isMended = true
      s.clock.turn(MINUTE)
      await tick(s.world, s.fleet)
      expect(await said(s)).toBe(
        '2 agents are idle: the model does not answer, and 1 attempt tests whether that is over.',
      )
      goOn()
      await s.settle()
      expect(await s.main()).toHaveLength(4)
      await pauseByHand(s.world, 'Release today')
      await s.settle()
      expect(await said(s)).toBe("3 agents are idle: a person paused the agents, until 'swarm resume'.")
    },
  )
})

it('names the question about a cause that only a person ends', () =>
  told(
    ({ ticket }) => failed('harness crash', `It broke.${ticket.id > 9 ? ' Again.' : ''}`),
    async (s) => {
      for (const title of ['One', 'Two', 'Three']) await s.file(title, [])
      await s.settle()
      expect(await said(s)).toBe(
        '3 agents are idle: several tickets in a row failed in the same way, until #4 is answered.',
      )
      await s.person(4, { type: 'answer', text: 'Mended.' })
      await s.tick()
      expect(await said(s)).not.toContain('#4')
    },
  ))

it('says that the merge queue is behind, with how many wait and how many may', () =>
  told(
    works,
    async (s) => {
      for (const title of ['One', 'Two', 'Three', 'Four', 'Five']) await s.file(title, [])
      // The merge queue backs off, as after trouble.
      s.fleet.mergeQueueRetryAt = s.clock.monotonic() + MINUTE
      await s.settle()
      expect(await said(s)).toBe(
        '3 agents are idle: 3 tickets are in the merge queue (limit 2), so nothing is claimed until some have landed.',
      )
      s.clock.turn(MINUTE)
      await s.settle()
      expect(await said(s)).toBe('3 agents are idle: no work is left, 5 tickets done.')
    },
    { mergeQueueLimit: 2 },
  ))

it('says that there is no room on the disk', () =>
  told(
    works,
    async (s) => {
      await s.file('One', [])
      await s.settle()
      expect(await said(s)).toBe('3 agents are idle: the disk is nearly full: 3 MiB are free.')
    },
    {},
    { diskShortage: async () => 'The disk is nearly full: 3 MiB are free.' },
  ))
