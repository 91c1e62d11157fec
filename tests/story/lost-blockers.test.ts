/** What becomes of tickets whose blocker ends without being done. */
import { expect, it } from 'vitest'
import { answer } from '../../src/life/tickets/answer.ts'
import { block } from '../../src/life/tickets/block.ts'
import { fail } from '../../src/life/tickets/fail.ts'
import { HUMAN, type Ticket } from '../../src/ticket/ticket.ts'
import { PERSON, type Story, swarm } from './swarm.ts'

const write = (file: string) => ({ write: { file, text: 'fine\n' } })
const follow = (s: Story, by: number, name = 'after') =>
  s.file(`Then ${name}`, [write(`${name}.txt`)], { blockedBy: [by] })

/** What people are asked because a blocker is gone. */
const asked = async (s: Story): Promise<Ticket[]> =>
  (await s.world.store.inbox()).filter(({ createdBy }) => createdBy === 'blockers')

it('begins nothing whose blocker was cancelled, and asks a person once for all that waited', () =>
  swarm(async (s) => {
    const base = await s.file('Base', [write('base.txt')], { assignedTo: 'ada' })
    const [one, two] = [await follow(s, base, 'one'), await follow(s, base, 'two')]
    await s.person(base, { type: 'cancel', reason: 'Wrong idea' })
    await s.settle()
    expect(await s.main()).toEqual([])
    const questions = await asked(s)
    expect(questions).toMatchObject([
      { type: 'question', parent: base, title: 'Continue without #1, which was cancelled?' },
    ])
    expect(questions[0]?.description).toContain('Wrong idea')
    for (const id of [one, two]) expect(questions[0]?.description).toContain(`#${id} Then`)
  }))

it('goes on without the blocker when the person says so, and the agents are told', () =>
  swarm(async (s) => {
    const base = await s.file('Base', [], { assignedTo: 'ada' })
    const id = await follow(s, base)
    await s.person(base, { type: 'cancel', reason: 'Wrong idea' })
    const [question] = await asked(s)
    await answer(s.world, question!.id, 'Go on.', PERSON)
    await s.settle()
    expect(await s.main()).toEqual(['ticket-2: Then after'])
    expect((await s.world.store.comments(id)).map(({ body }) => body)).toEqual([
      'Continue without #1 (Base), which was cancelled: Wrong idea',
    ])
  }))

it('cancels what waited when the person says so, and asks about what waited for that', () =>
  swarm(async (s) => {
    const base = await s.file('Base', [], { assignedTo: 'ada' })
    const id = await follow(s, base)
    const last = await follow(s, id, 'last')
    await s.person(base, { type: 'cancel' })
    const [question] = await asked(s)
    await answer(s.world, question!.id, 'cancel', PERSON)
    expect((await s.ticket(id)).stage).toMatchObject({
      resolution: 'cancelled',
      reason: 'It waited for #1 (Base), which was cancelled.',
    })
    await s.settle()
    expect((await asked(s)).map(({ parent }) => parent)).toEqual([id])
    expect((await s.ticket(last)).stage.status).toBe('open')
    expect(await s.main()).toEqual([])
  }))

it('takes no other answer, and cannot be closed without one', () =>
  swarm(async (s) => {
    const base = await s.file('Base', [], { assignedTo: 'ada' })
    await follow(s, base)
    await s.person(base, { type: 'cancel' })
    const { id } = (await asked(s))[0]!
    const sentence = `Ticket ${id} asks for a decision: ticket answer ${id} "go on", or ticket answer ${id} "cancel".`
    expect(await answer(s.world, id, 'Hm.', PERSON)).toMatchObject({ sentence })
    expect(await s.person(id, { type: 'cancel' })).toMatchObject({ sentence })
    expect(await s.person(id, { type: 'mark-done' })).toMatchObject({ sentence })
  }))

it.each<[string, Parameters<Story['person']>[1], string]>([
  ['proposal', { type: 'reject', reason: 'Never v2' }, 'rejected'],
  ['question', { type: 'cancel', reason: 'No time' }, 'cancelled'],
])('holds up what waits for a %s that came to nothing', (type, command, how) =>
  swarm(async (s) => {
    const base = await s.file('Shall we?', [], { type: type as 'proposal', assignedTo: HUMAN })
    await follow(s, base)
    await s.person(base, command)
    await s.settle()
    expect(await s.main()).toEqual([])
    expect((await asked(s)).map(({ title }) => title)).toEqual([`Continue without #1, which was ${how}?`])
  }),
)

it('asks no more when the blocker is opened again, or nothing waits for it any longer', () =>
  swarm(async (s) => {
    const base = await s.file('Base', [write('base.txt')], { assignedTo: 'ada' })
    const id = await follow(s, base)
    await s.person(base, { type: 'cancel' })
    await s.person(base, { type: 'reopen' })
    expect(await asked(s)).toEqual([])
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Base', 'ticket-2: Then after'])

    const other = await s.file('Other', [], { assignedTo: 'ada' })
    const [one, two] = [await follow(s, other, 'one'), await follow(s, other, 'two')]
    await s.person(other, { type: 'cancel' })
    await s.person(one, { type: 'cancel' })
    expect(await asked(s)).toHaveLength(1)
    await s.person(two, { type: 'unblock', by: other })
    expect(await asked(s)).toEqual([])
    await s.settle()
    expect(await s.main()).toContain(`ticket-${two}: Then two`)
    expect((await s.ticket(id)).stage.status).toBe('done')
  }))

it('asks about a blocker that is gone already when a ticket is made to wait for it', () =>
  swarm(async (s) => {
    const base = await s.file('Base', [], { assignedTo: 'ada' })
    await s.person(base, { type: 'cancel' })
    expect(await asked(s)).toEqual([])
    const one = await follow(s, base, 'one')
    const two = await s.file('Then two', [write('two.txt')])
    await block(s.world, two, base, PERSON)
    await s.settle()
    expect(await s.main()).toEqual([])
    const questions = await asked(s)
    expect(questions).toHaveLength(1)
    for (const id of [one, two]) expect(questions[0]?.description).toContain(`#${id} Then`)
  }))

it('makes what waited for a ticket that is split up wait for all of its parts', () =>
  swarm(
    async (s) => {
      const whole = await s.file('Whole', [
        { create: { title: 'Part one', script: [write('one.txt')] } },
        { create: { title: 'Part two', script: [write('two.txt')] } },
        { complete: true },
      ])
      const id = await follow(s, whole)
      await s.tick()
      expect((await s.ticket(whole)).stage).toMatchObject({ resolution: 'decomposed' })
      const parts = (await s.world.store.tickets({ parent: whole })).map((part) => part.id)
      expect((await s.ticket(id)).blockedBy).toEqual([whole, ...parts])
      await s.settle()
      expect((await s.main()).at(-1)).toBe(`ticket-${id}: Then after`)
    },
    { settings: { agents: 1 } },
  ))

it('asks when a part of what was split up is cancelled', () =>
  swarm(
    async (s) => {
      const whole = await s.file('Whole', [
        { create: { title: 'Part one', script: [write('one.txt')] } },
        { create: { title: 'Part two', script: [write('two.txt')] } },
        { complete: true },
      ])
      const id = await follow(s, whole)
      await s.tick()
      const [part] = await s.world.store.tickets({ parent: whole })
      await s.person(part!.id, { type: 'cancel' })
      await s.settle()
      expect(await s.main()).toHaveLength(1)
      const [question] = await asked(s)
      expect(question).toMatchObject({ parent: part!.id })
      await answer(s.world, question!.id, 'go on', PERSON)
      await s.settle()
      expect((await s.main()).at(-1)).toBe(`ticket-${id}: Then after`)
    },
    { settings: { agents: 1 } },
  ))

it('waits for the verification of the fix when a verification fails', () =>
  swarm(async (s) => {
    const check = await s.file('Look at it', [], { type: 'verify', assignedTo: HUMAN })
    const id = await follow(s, check)
    const failed = await fail(s.world, check, 'It is blue.', PERSON)
    if ('refused' in failed) throw new Error(failed.sentence)
    expect((await s.ticket(id)).blockedBy).toEqual([check, failed.reverify.id])
    expect(await asked(s)).toEqual([])
  }))

it('closes what its agent has asked when a ticket is cancelled, but not what others wait for, too', () =>
  swarm(async (s) => {
    const asks = (question: string) => [{ on: 'start', do: [{ ask: question }] }]
    const one = await s.file('One', asks('Which colour?'))
    const two = await s.file('Two', asks('Which size?'))
    await s.settle()
    const questions = await s.world.store.inbox()
    expect(questions.map(({ title }) => title).sort()).toEqual(['Which colour?', 'Which size?'])
    const size = questions.find(({ title }) => title === 'Which size?')!
    await s.file('Three', [], { blockedBy: [size.id] })
    for (const id of [one, two]) await s.person(id, { type: 'cancel', reason: 'Not needed.' })
    expect((await s.world.store.inbox()).map(({ title }) => title)).toEqual(['Which size?'])
  }))
