/** `swarm inbox`, with the API in the same process and a terminal that remembers. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { newFolder, swarm } from './terminal.ts'

const TICKET = join(import.meta.dirname, '../../dist/ticket.cjs')

async function project() {
  const folder = newFolder()
  await swarm(['init', '.', '--yes'], { folder })
  const ticket = (...argv: string[]) =>
    execFileSync(process.execPath, [TICKET, ...argv], { cwd: folder, encoding: 'utf8' }).trim()
  const create = (title: string, ...more: string[]) => Number(ticket('create', title, ...more))
  const show = (id: number) => JSON.parse(ticket('show', String(id), '--format', 'json'))
  const inbox = (answers: (string | null)[], edits?: (text: string, name: string) => string | null) =>
    swarm(['inbox'], { folder, answers, ...(edits && { edits }) })
  return { folder, ticket, create, show, inbox }
}

it('says so when nothing waits', async () => {
  const { folder, inbox } = await project()
  expect(await inbox(['q'])).toMatchObject({ code: 0, out: 'Nothing waits for you.\n' })
  expect(await swarm(['inbox'], { folder })).toMatchObject({ code: 0, out: 'Nothing waits for you.\n' })
})

it('decides one after the other, what agents wait for first, and tells what became of each', async () => {
  const { create, show, inbox, ticket } = await project()
  const look = create('See that search works', '--type', 'verify', '--assign', 'human')
  const idea = create('Cache the search', '--type', 'proposal', '--assign', 'human', '--description', 'LRU.')
  const work = create('Add search')
  const question = create('Which database?', '--type', 'question', '--assign', 'human')
  ticket('block', String(work), '--by', String(question))
  ticket('comment', String(idea), 'It is slow without.', '--author', 'agent-1')
  const { code, out } = await inbox(['a', 'SQLite', 'f', 'It finds nothing.', 'r', 'Too early.'])
  expect(code).toBe(0)
  expect(out.indexOf('Which database?')).toBeLessThan(out.indexOf('See that search works'))
  expect(out).toContain(`blocks #${work}`)
  expect(out).toContain('  | LRU.\nagent-1 says:\n  | It is slow without.\n')
  expect(out).toContain('#4 Answered. Waiting tickets continue.')
  expect(out).toContain('#1 Failed: #5 will fix it, and #6 asks you again after the fix.')
  expect(out).toContain('#2 Rejected.')
  expect(out).toMatch(/3 decided\. Nothing else waits for you\.\n$/)
  expect(show(work).comments.at(-1).body).toContain('SQLite')
  expect([look, idea, question].map((id) => show(id).resolution)).toEqual(['failed', 'rejected', 'answered'])
})

it('approves a proposal with the edits of the editor, and not when the editor was left empty', async () => {
  const { create, show, inbox } = await project()
  const idea = create('Cache it', '--type', 'proposal', '--assign', 'human')
  expect((await inbox(['e', 'q'], () => '\n')).out).toContain('1 ticket still waits for you.')
  expect(show(idea)).toMatchObject({ status: 'open', type: 'proposal' })
  const { out } = await inbox(['e'], (text, name) => {
    expect([text, name]).toEqual(['Cache it\n\n\n', 'ticket-1.md'])
    return 'Cache searches\n\nFor a minute.\n'
  })
  expect(out).toContain('Approved with your edits')
  expect(show(idea)).toMatchObject({
    ...{ type: 'task', title: 'Cache searches', description: 'For a minute.', assigned_to: null },
  })
})

it('gives back, skips, stops, and leaves the rest as it was', async () => {
  const { create, show, inbox } = await project()
  const [mine, other, third] = ['One', 'Two', 'Three'].map((title) =>
    create(title, '--type', 'task', '--assign', 'human'),
  )
  const { out } = await inbox(['b', 'Use the old one.', 's', 'q'])
  expect(show(mine!)).toMatchObject({ assigned_to: null, comments: [{ body: 'Use the old one.' }] })
  expect([other, third].map((id) => show(id!).assigned_to)).toEqual(['human', 'human'])
  expect(out).toMatch(/1 decided\. 2 tickets still wait for you\.\n$/)
})

it('asks again after a text that was not given', async () => {
  const { create, show, inbox } = await project()
  const question = create('Which?', '--type', 'question', '--assign', 'human')
  await inbox(['a', null, 'a', ' ', 'e', 'q'], () => '')
  expect(show(question).status).toBe('open')
})

it('cuts what is long until all of it is asked for, and lets no text of others move the cursor', async () => {
  const { create, inbox } = await project()
  const text = Array.from({ length: 50 }, (_, at) => `line ${at + 1}\u001b[2J`).join('\n')
  create('Long', '--type', 'proposal', '--assign', 'human', '--description', text)
  const { out } = await inbox(['m', 'q'])
  expect(out).toContain('  … 20 more lines\n')
  expect(out.match(/line 31\\x1b\[2J\n/g)).toHaveLength(1)
  expect(out).not.toContain('\u001b')
})

it('says so when somebody else decided it meanwhile, and goes on', async () => {
  const { create, show, inbox, ticket } = await project()
  const idea = create('Cache it', '--type', 'proposal', '--assign', 'human')
  const { code, out } = await inbox(['e'], () => {
    ticket('reject', String(idea))
    return 'Cache searches\n'
  })
  expect(code).toBe(0)
  expect(out).toMatch(/is done.*\nNothing waits for you\.\n$/)
  expect(show(idea).resolution).toBe('rejected')
})

it('lists, with the command for each, where nobody can be asked', async () => {
  const { folder, create } = await project()
  create('Which database?', '--type', 'question', '--assign', 'human')
  create('Cache it', '--type', 'proposal', '--assign', 'human')
  create('Look', '--type', 'verify', '--assign', 'human', '--blocked-by', '2')
  expect((await swarm(['inbox'], { folder })).out).toBe(
    [
      '#1  question  Which database?  ticket answer 1 "…"',
      '#2  proposal  Cache it         ticket approve 2',
      '#3  verify    Look             after #2',
      '',
    ].join('\n'),
  )
  expect((await swarm(['inbox', '--list'], { folder, answers: ['q'] })).out).toContain('#1  question')
  const { tickets } = JSON.parse((await swarm(['inbox', '--format', 'json'], { folder })).out)
  expect(tickets.map(({ id, asks }: { id: number; asks: string }) => [id, asks])).toEqual([
    [1, 'question'],
    [2, 'proposal'],
    [3, 'verify'],
  ])
})

it('asks by a key what becomes of tickets whose blocker was cancelled', async () => {
  const { folder, create, show, inbox, ticket } = await project()
  const [one, other] = [create('Base'), create('Other base')]
  const [first, second] = [
    create('After', '--blocked-by', String(one)),
    create('Later', '--blocked-by', String(other)),
  ]
  for (const id of [one, other]) ticket('cancel', String(id))
  const { out } = await swarm(['inbox', '--list'], { folder })
  expect(out).toContain('ticket answer 5 "go on"')
  expect((await inbox(['g', 'x'])).out).toMatch(
    /#5 Agents continue without it\.[\s\S]*#6 Cancelled the waiting tickets\./,
  )
  expect([first, second].map((id) => show(id).status)).toEqual(['open', 'done'])
  expect(JSON.parse(ticket('ready', '--format', 'json'))).toMatchObject([{ id: first }])
})
