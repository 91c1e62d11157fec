/** What agents may file, and how much of it. */
import { expect, it } from 'vitest'
import { claimNext } from '../../src/life/agents/claim.ts'
import { paused } from '../../src/life/limits/may-claim.ts'
import { file, type NewTicket } from '../../src/life/tickets/file.ts'
import type { Actor } from '../../src/ticket/commands.ts'
import { MOST_DEPTH, MOST_FILED } from '../../src/ticket/filing.ts'
import type { Ticket } from '../../src/ticket/ticket.ts'
import { failed, pretended } from './pretended.ts'
import { type Story, swarm } from './swarm.ts'

/** An agent at work on the first of the ready list, and what it files. */
async function agentIn(
  s: Story,
): Promise<{ by: Actor; files: (more: Partial<NewTicket>) => Promise<Ticket> }> {
  const ticket = await claimNext(s.world, { holder: 'agent-1', leaseMs: 60_000, harness: 'scripted' })
  const by = { kind: 'agent', name: 'agent-1', ticket: ticket!.id, attempt: ticket!.attempts } as const
  const files = async (more: Partial<NewTicket>) => {
    const filed = await file(s.world, { title: 'More', ...more }, by)
    if ('refused' in filed) throw new Error(filed.sentence)
    return filed
  }
  return { by, files }
}

it('gives what an agent files no more priority than its own ticket has', () =>
  swarm(async (s) => {
    await s.file('Own', [], { priority: 2 })
    const { files } = await agentIn(s)
    expect(await files({ priority: 50 })).toMatchObject({ priority: 2 })
    expect(await files({ priority: 1 })).toMatchObject({ priority: 1 })
    expect(await files({})).toMatchObject({ priority: 0 })
  }))

it('gives it none where the own ticket has less than none', () =>
  swarm(async (s) => {
    await s.file('Own', [], { priority: -3 })
    const { files } = await agentIn(s)
    expect(await files({})).toMatchObject({ priority: -3 })
  }))

it.each(['proposal', 'question', 'verify'] as const)('hands a %s that an agent files to a person', (type) =>
  swarm(async (s) => {
    await s.file('Own', [])
    const { files } = await agentIn(s)
    expect(await files({ type })).toMatchObject({ type, stage: { assignedTo: 'human' } })
  }),
)

it('takes only so many tickets from one attempt, and still a question', () =>
  swarm(async (s) => {
    const own = await s.file('Own', [])
    const { by, files } = await agentIn(s)
    for (let n = 0; n < MOST_FILED; n++) await files({ title: `Part ${n}`, parent: own })
    expect(await file(s.world, { title: 'One more' }, by)).toMatchObject({
      refused: 'conflict',
      sentence: expect.stringContaining(`${MOST_FILED} tickets`),
    })
    await files({ title: 'How?', type: 'question', assignedTo: 'human', blocks: [own] })
    expect(await s.world.store.count({})).toBe(MOST_FILED + 2)
  }))

it('takes no tasks from an agent whose ticket agents have filed one below the other', () =>
  swarm(async (s) => {
    await s.file('Top', [])
    for (let n = 0; n < MOST_DEPTH; n++) {
      const { by, files } = await agentIn(s)
      await files({ title: `Level ${n}`, priority: 0 })
      if (by.kind === 'agent') await s.person(by.ticket, { type: 'mark-done' })
    }
    const { by, files } = await agentIn(s)
    expect(await file(s.world, { title: 'Deeper' }, by)).toMatchObject({
      refused: 'conflict',
      sentence: expect.stringContaining('propose it'),
    })
    expect(await files({ type: 'proposal' })).toMatchObject({ type: 'proposal' })
  }))

it('begins anew with a proposal that a person has approved', () =>
  swarm(async (s) => {
    await s.file('Top', [])
    for (let n = 0; n <= MOST_DEPTH; n++) {
      const { by, files } = await agentIn(s)
      const { id } = await files({ title: `Level ${n}`, type: 'proposal' })
      await s.person(id, { type: 'approve' })
      if (by.kind === 'agent') await s.person(by.ticket, { type: 'mark-done' })
    }
    const { files } = await agentIn(s)
    expect(await files({ title: 'A part' })).toMatchObject({ type: 'task' })
  }))

it('does not stop everybody for tickets that one agent has filed, and does for those of people', () =>
  swarm(
    async (s) => {
      await s.file('Own', [])
      const { by, files } = await agentIn(s)
      for (let n = 0; n < 4; n++) await files({ title: `Part ${n}` })
      if (by.kind === 'agent') await s.person(by.ticket, { type: 'mark-done' })
      await s.settle()
      expect((await s.world.store.attempts({})).filter(({ outcome }) => outcome === 'bounced')).toHaveLength(
        4,
      )
      expect(await paused(s.world, s.fleet)).toBeNull()
      for (let n = 0; n < 4; n++) await s.file(`By a person ${n}`, [])
      await s.settle()
      expect(await paused(s.world, s.fleet)).toMatchObject({ cause: 'same failure' })
    },
    {
      with: () => ({ harness: pretended(() => failed('harness crash', 'It broke.')) }),
      settings: { agents: 1 },
    },
  ))
