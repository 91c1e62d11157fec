/** Texts that no model has room for: agents get the ends of them, and people are told that it is theirs. */
import { expect, it } from 'vitest'
import { type Brief, briefing } from '../../src/life/prompts/brief.ts'
import { newAttempt } from '../../src/ports/attempts.ts'
import { born } from '../../src/ticket/evolve.ts'
import { MOST } from '../../src/ticket/size.ts'
import { failed, pretended, works } from './pretended.ts'
import { type Story, swarm } from './swarm.ts'

const created = (id: number, description: string) =>
  born(
    id,
    {
      ...{ type: 'created', title: `Ticket ${id}`, description, ticketType: 'task', priority: 0 },
      ...{ parent: null, assignedTo: null, createdBy: 'ada' },
    },
    1,
  )
const said = (body: string) => ({ author: 'ada', body }) as Brief['comments'][number]
const ended = (number: number, reason: string): Brief['earlier'][number] => ({
  ...newAttempt(7, { attempt: number, holder: 'agent-9' }, 1),
  ...{ outcome: 'bounced', reason },
})
const told = (brief: Partial<Brief>) =>
  briefing({ ticket: created(7, 'Short.'), parent: null, comments: [], earlier: [], ...brief }, 'agent-1', {
    ...{ resumed: null, session: null, hasProjectFile: false },
  })

it('gives a description that is too large by its beginning and its end, and says where the rest is', () => {
  const prompt = told({ ticket: created(7, `BEGIN ${'x'.repeat(1_200_000)} END`) })
  expect(prompt.length).toBeLessThan(MOST.description + 1000)
  expect(prompt).toContain('Ticket 7\n\nBEGIN xxx')
  expect(prompt).toContain('xxx END\n--- end ---')
  expect(prompt).toMatch(
    /^\[1,140,0\d\d characters of the description are left out here\. Read them in parts, from a file outside of the checkout: ticket show 7 > ~\/ticket-7\.txt\]$/m,
  )
})

it('gives the newest of many comments, each by its ends', () => {
  const comments = Array.from({ length: 40 }, (_, at) => said(`<${at + 1}> ${'y'.repeat(3000)}`))
  const prompt = told({ comments: [...comments, said(`<41> ${'z'.repeat(50_000)} last`)] })
  expect(prompt).not.toContain('<28>')
  for (const mark of ['<30>', '<40>', '<41>', 'last']) expect(prompt).toContain(mark)
  expect(prompt.indexOf('<40>')).toBeLessThan(prompt.indexOf('<41>'))
  expect(prompt).toMatch(/^\[8\d,\d{3} characters of 2\d older comments are left out here\..*ticket show 7/m)
  expect(prompt).toMatch(/^\[41,\d{3} characters of comment 41 are left out here\./m)
})

it('is never more than any model takes, however much everything is', () => {
  const much = 'm'.repeat(5_000_000)
  const prompt = told({
    ticket: { ...created(7, much), title: much },
    parent: { ...created(6, much), title: much },
    comments: [said(much), said(much), ...Array.from({ length: 100 }, () => said(much.slice(0, 8000)))],
    earlier: Array.from({ length: 10 }, (_, at) => ended(at + 1, much)),
  })
  expect(prompt.length).toBeLessThan(145_000)
  expect(prompt.length).toBeGreaterThan(120_000)
})

it('gives whole what has room', () => {
  const comments = [said('c'.repeat(9000)), said('d'.repeat(9000))]
  const prompt = told({ ticket: created(7, 'e'.repeat(60_000)), comments, earlier: [ended(1, 'gate red')] })
  expect(prompt).not.toContain('left out')
})

const refusing = (tell: (s: Story) => Promise<void>, files = {}) =>
  swarm(tell, {
    files,
    with: () => ({
      harness: pretended((task) =>
        task.prompt.length > 20_000 ? failed('too long', 'Prompt is too long.') : works(task),
      ),
    }),
  })

it('brings a ticket whose text no request holds to a person, at once, and says which text it is', () =>
  refusing(async (s) => {
    const id = await s.file('Huge', [])
    await s.person(id, { type: 'update', description: 'x'.repeat(1_200_000) })
    await s.settle()
    expect(await s.ticket(id)).toMatchObject({
      charged: 1,
      stage: { status: 'open', assignedTo: 'human' },
    })
    expect((await s.log(id)).join('\n')).toContain(
      'sends #1 back (too long): The first prompt is too long for the model. Its largest parts: the description of #1 (60,000 characters of 1,200,000), then',
    )
    const told = (await s.world.store.events({ ticket: id, limit: 100 })).at(-1)?.event
    expect(told).toMatchObject({
      type: 'escalated',
      reason: expect.stringContaining(
        "give the ticket back with 'ticket unclaim 1'.\nAttempt 1: too long: The first prompt is too long for the model. Its largest parts: the description of #1 (60,000 characters of 1,200,000), ",
      ),
    })
    await s.person(id, { type: 'update', description: 'Short.' })
    await s.person(id, { type: 'release' })
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Huge'])
  }))

it('names the file of the project that the harness reads by itself, where that is what is too large', () =>
  refusing(
    async (s) => {
      const id = await s.file('Small', [])
      await s.person(id, { type: 'comment', author: 'ada', body: 'z'.repeat(40_000) })
      await s.person(id, { type: 'update', description: 'x'.repeat(30_000) })
      await s.settle()
      const [attempt] = await s.attempts(id)
      expect(attempt?.reason).toContain(
        "Its largest parts: the project's CLAUDE.md (300,000 characters), then the description of #1 (30,000 characters), then comment 1, by ada (9,000 characters of 40,000). ",
      )
    },
    { 'CLAUDE.md': 'y'.repeat(300_000) },
  ))
