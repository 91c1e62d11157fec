/** The same commands, asked by an agent through the gateway: its own ticket, and nothing that a person decides. */
import { describe, expect, it } from 'vitest'
import { TABLE } from '../../src/cli/ticket/table.ts'
import { ticketCli } from './ticket-cli.ts'

/** Of every command: what it is for an agent. A new one must be put into one of the three. */
const READS = ['list', 'show', 'count', 'ready', 'children', 'log', 'comments', 'inbox', 'completion', 'help']
const OWN = ['create', 'comment', 'complete', 'unclaim', 'block', 'ask']
const FORBIDDEN = [
  'update 1 --title B',
  'claim-next --agent agent-1',
  'mark-done 1',
  'approve 1',
  'reject 1',
  'answer 1 Yes',
  'pass 1',
  'fail 1 --reason No',
  'reopen 1',
  'cancel 1',
  'unblock 1 --by 2',
  'migrate',
]

it('knows of every command whether an agent may use it', () => {
  const forbidden = FORBIDDEN.map((line) => line.split(' ')[0])
  expect([...READS, ...OWN, ...forbidden].sort()).toEqual(TABLE.map(({ name }) => name).sort())
})

describe('an agent', () => {
  it('reads, files and comments in its own name', () =>
    ticketCli(async (t) => {
      await t.says('create "Add search"')
      const as = await t.agent('agent-1')
      expect(await t.says('list', { as })).toContain('in_progress')
      expect(await t.says('show 1', { as })).toContain('\n  Attempt:     1, preparing')
      await t.says('create "More to do" --created-by ada --parent 1', { as })
      expect(await t.json('show 2')).toMatchObject({ created_by: 'agent-1', parent_id: 1 })
      await t.says('comment 1 "Half way" --author human', { as })
      expect(await t.says('comments 1')).toBe('[2026-01-02 03:04:05] agent-1: Half way')
    }))

  it('is told what became of a ticket otherwise than it wanted', () =>
    ticketCli(async (t) => {
      await t.says('create "Add search" --priority 2')
      const as = await t.agent('agent-1')
      expect(await t.ask('create "Now!" --priority 9', { as })).toEqual({
        code: 0,
        out: '2\n',
        err: 'Its priority is 2, no higher than that of your own ticket.\n',
      })
      expect(await t.ask('create "Is it right?" --type verify', { as })).toEqual({
        code: 0,
        out: '3\n',
        err: "A verify waits for a person's decision.\n",
      })
      expect(await t.json('show 3')).toMatchObject({ assigned_to: 'human', created_by: 'agent-1' })
    }))

  it('says of a ticket that was given back until when it backs off, and why', () =>
    ticketCli(async (t) => {
      await t.says('create "Add search"')
      const as = await t.agent('agent-1')
      await t.says('unclaim 1 --reason "Not mine"', { as })
      const words = 'not before 2026-01-02 03:04:15 UTC, in 10 s: its agent gave it back'
      expect(await t.says('show 1')).toContain(`\n  Backs off:   ${words}`)
      expect(await t.says('list')).toMatch(/ Add search \(not before .* gave it back\)$/)
      expect(await t.says('list', { columns: 130 })).toContain(`Add search (${words})`)
      expect(await t.json('show 1')).toMatchObject({ not_before: '2026-01-02 03:04:15', delay: 'given back' })
    }))

  it('completes its ticket, whose work is then collected', () =>
    ticketCli(async (t) => {
      await t.says('create "Add search"')
      const as = await t.agent('agent-1')
      expect(await t.says('complete 1', { as })).toBe('Ticket 1 work complete.')
      expect(await t.json('show 1')).toMatchObject({ status: 'in_progress' })
      expect((await t.records.store.attempt(1, 1))?.declared).toBe(null)
    }))

  it('says why there is no change', () =>
    ticketCli(async (t) => {
      await t.says('create "Add search"')
      const as = await t.agent('agent-1')
      expect(await t.refuses('complete 1 --no-change ""', { as })).toBe(
        'Say why no change is needed: --no-change TEXT.',
      )
      await t.says('complete 1 --no-change "It is there already"', { as })
      expect((await t.records.store.attempt(1, 1))?.declared).toEqual({
        resolution: 'no-change',
        reason: 'It is there already',
      })
    }))

  it('splits its ticket up: only tasks count as its parts', () =>
    ticketCli(async (t) => {
      await t.says('create "Add search"')
      const as = await t.agent('agent-1')
      await t.says('create "Part one" --parent 1', { as })
      await t.says('create "Part two" --parent 1', { as })
      await t.says('create "And then?" --parent 1 --assign human', { as })
      await t.says('complete 1', { as })
      expect((await t.records.store.attempt(1, 1))?.declared).toEqual({
        resolution: 'decomposed',
        reason: 'Split into 2 sub-tickets.',
      })
    }))

  it('asks about the ticket it works on, which then waits', () =>
    ticketCli(async (t) => {
      await t.says('create "Add search"')
      const as = await t.agent('agent-1')
      expect(await t.says('ask "Which index?" --description -', { as, stdin: 'B-tree or hash?' })).toBe('2')
      expect(await t.json('show 2')).toMatchObject({ type: 'question', created_by: 'agent-1', blocks: [1] })
      expect(await t.json('show 1')).toMatchObject({ status: 'open', blocked_by: [2] })
      expect(await t.refuses('comment 1 "Too late"', { as })).toContain('Attempt 1 of ticket 1 is over')
    }))

  it.each(['unclaim', 'release'])('hands its ticket back with %s', (name) =>
    ticketCli(async (t) => {
      await t.says('create "Add search"')
      const as = await t.agent('agent-1')
      expect(await t.says(`${name} 1 --reason "Not mine"`, { as })).toBe('Ticket 1 unclaimed.')
      expect((await t.records.store.attempt(1, 1))?.reason).toBe('Not mine')
      expect(await t.says('show 1')).toContain('  Attempts that ended:\n    1: given back: Not mine')
    }),
  )

  it('makes its own ticket wait, and no other', () =>
    ticketCli(async (t) => {
      await t.says('create A')
      await t.says('create B')
      const as = await t.agent('agent-1')
      expect(await t.refuses('block 2 --by 1', { as })).toBe(
        'agent-1 works on ticket 1 and may not block ticket 2.',
      )
      expect(await t.refuses('create C --blocks 2', { as })).toContain('may not make others wait')
      expect(await t.says('block 1 --by 2', { as })).toBe('Ticket 1 is now blocked by ticket 2.')
    }))

  it.each(['comment 2 Hello', 'complete 2', 'unclaim 2'])('leaves the tickets of others alone: %s', (line) =>
    ticketCli(async (t) => {
      await t.says('create A')
      await t.says('create B')
      const as = await t.agent('agent-1')
      expect(await t.refuses(line, { as })).toContain('agent-1 works on ticket 1 and may not')
    }),
  )

  it.each(FORBIDDEN)('may not: %s', (line) =>
    ticketCli(async (t) => {
      await t.says('create A')
      const as = await t.agent('agent-1')
      const [name] = line.split(' ')
      expect(await t.refuses(line, { as })).toBe(
        `Agents may not use '${name}'. Ask a person with 'ticket ask'.`,
      )
      expect(await t.says('help', { as })).not.toContain(`  ${name} `)
    }),
  )

  it('has no database to choose', () =>
    ticketCli(async (t) => {
      await t.says('create A')
      const as = await t.agent('agent-1')
      expect(await t.refuses('list --db /etc/passwd', { as })).toContain('Leave out --db')
      expect(await t.says('help', { as })).not.toContain('TICKET_DB')
    }))
})
