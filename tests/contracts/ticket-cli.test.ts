/** The contract of the original `ticket`, row by row: filing, changing and reading tickets. */
import { describe, expect, it } from 'vitest'
import { ticketCli } from './ticket-cli.ts'

describe('create', () => {
  it('prints the new id, alone', () =>
    ticketCli(async (t) => {
      expect(await t.ask('create "Add search"')).toEqual({ code: 0, out: '1\n', err: '' })
      expect(await t.says('create "Add more" --description "All of it" --parent 1 --created-by ada')).toBe(
        '2',
      )
      expect(await t.json('show 2')).toMatchObject({
        title: 'Add more',
        description: 'All of it',
        parent_id: 1,
        created_by: 'ada',
        status: 'open',
        type: 'task',
        assigned_to: null,
      })
    }))

  it('takes the type from whom the ticket is assigned to and from what it waits for', () =>
    ticketCli(async (t) => {
      await t.says('create Task')
      await t.says('create "Shall we?" --assign human')
      await t.says('create "Which one?" --assign human --blocked-by 1')
      await t.says('create "For her" --assign agent-1')
      await t.says('create "Look at it" --assign human --type verify')
      const types = (await t.json('list')).map(({ type }: { type: string }) => type)
      expect(types).toEqual(['task', 'proposal', 'question', 'task', 'verify'])
    }))

  it('refuses an empty title and files nothing', () =>
    ticketCli(async (t) => {
      expect(await t.refuses('create ""')).toBe('Error: ticket title cannot be empty.')
      expect(await t.refuses('create "  "')).toBe('Error: ticket title cannot be empty.')
      expect(await t.says('count')).toBe('0')
    }))

  it('makes everything that waits for a ticket wait for the new one, too', () =>
    ticketCli(async (t) => {
      await t.says('create First')
      await t.says('create Second --blocked-by 1')
      await t.says('create "First, again" --block-dependents-of 1')
      expect((await t.json('show 2')).blocked_by).toEqual([1, 3])
      expect((await t.json('show 3')).blocks).toEqual([2])
    }))

  it('files nothing when a ticket that it names is not there', () =>
    ticketCli(async (t) => {
      expect(await t.refuses('create X --block-dependents-of 9')).toBe(
        'Error: source ticket 9 not found for --block-dependents-of.',
      )
      expect(await t.refuses('create X --blocked-by 9')).toBe('Ticket 9 not found.')
      expect(await t.refuses('create X --parent 9')).toBe('Ticket 9 not found.')
      expect(await t.says('count')).toBe('0')
    }))
})

describe('update', () => {
  it('changes the fields that are named', () =>
    ticketCli(async (t) => {
      await t.says('create Old')
      expect(await t.says('update 1 --title New --description More --assign ada --type verify')).toBe(
        'Ticket 1 updated.',
      )
      expect(await t.json('show 1')).toMatchObject({
        title: 'New',
        description: 'More',
        assigned_to: 'ada',
        type: 'verify',
      })
      await t.says('update 1 --assign ""')
      expect(await t.json('show 1')).toMatchObject({ status: 'open', assigned_to: null })
      await t.says('update 1 --status in_progress')
      expect(await t.json('show 1')).toMatchObject({ status: 'in_progress', assigned_to: 'human' })
    }))

  it('says so when there is nothing to update: exit 2', () =>
    ticketCli(async (t) => {
      await t.says('create X')
      expect(await t.misused('update 1')).toBe('Nothing to update.')
    }))

  it('does not set a ticket to done', () =>
    ticketCli(async (t) => {
      await t.says('create X')
      expect(await t.refuses('update 1 --status done')).toBe(
        "Error: Cannot set status to 'done' directly. Use 'mark-done' instead.",
      )
      expect(await t.refuses('update 9 --title Y')).toBe('Ticket 9 not found.')
    }))
})

describe('list', () => {
  it('is a table, by id, without what is done', () =>
    ticketCli(async (t) => {
      await t.says('create "Add search"')
      await t.says('create "Choose a name" --assign human')
      await t.says('create "Was done"')
      await t.says('mark-done 3')
      expect(await t.says('list')).toBe(
        [
          '   ID  Status          Type        Assigned        Title',
          '--------------------------------------------------------',
          '    1  open            task                        Add search',
          '    2  open            proposal    human           Choose a name',
        ].join('\n'),
      )
    }))

  it('shows what is asked for', () =>
    ticketCli(async (t) => {
      await t.says('create A')
      await t.says('create B --assign ada')
      await t.says('create C')
      await t.says('mark-done 3')
      const ids = async (line: string) => (await t.json(line)).map(({ id }: { id: number }) => id)
      expect(await ids('list --status done')).toEqual([3])
      expect(await ids('list --status "open, done"')).toEqual([1, 2, 3])
      expect(await ids('list --assigned-to ada')).toEqual([2])
      expect(await ids('list --status "" --assigned-to ""')).toEqual([1, 2])
      expect(await t.says('list --status ready')).toBe('No tickets found.')
      expect(await t.says('list --status ready --format json')).toBe('[]')
    }))
})

describe('show', () => {
  it('has the fields of the original', () =>
    ticketCli(async (t) => {
      await t.says('create First')
      await t.says('create "Add search" --parent 1 --blocked-by 1 --description -', { stdin: 'One\n\nTwo\n' })
      await t.says('create Third --blocked-by 2')
      await t.says('comment 2 "Use the index" --author ada')
      expect(await t.says('show 2')).toBe(
        [
          'Ticket #2',
          '  Title:       Add search',
          '  Type:        task',
          '  Status:      open',
          '  Assigned:    (none)',
          '  Created by:  human',
          '  Parent:      1',
          '  Created:     2026-01-02 03:04:05',
          '  Updated:     2026-01-02 03:04:05',
          '  Description:',
          '    One',
          '    ',
          '    Two',
          '  Blocked by:  1',
          '  Blocks:      3',
          '',
          '  Comments (1):',
          '    [2026-01-02 03:04:05] ada: Use the index',
        ].join('\n'),
      )
    }))

  it('gives JSON with the fields of the original, in their order', () =>
    ticketCli(async (t) => {
      await t.says('create First')
      await t.says('create Second --blocked-by 1')
      await t.says('comment 1 Hello')
      const shown = await t.json('show 1')
      expect(Object.keys(shown).slice(0, 10)).toEqual(
        'id title description status type assigned_to parent_id created_by created_at updated_at'.split(' '),
      )
      expect(shown).toMatchObject({
        blocked_by: [],
        blocks: [2],
        comments: [
          { id: 1, ticket_id: 1, author: 'human', body: 'Hello', created_at: '2026-01-02 03:04:05' },
        ],
      })
      expect((await t.says('show 1 --format json')).split('\n')[1]).toBe('  "id": 1,')
    }))

  it('refuses an unknown id', () =>
    ticketCli(async (t) => expect(await t.refuses('show 9')).toBe('Ticket 9 not found.')))
})

it('count: the number, without done ones unless they are named', () =>
  ticketCli(async (t) => {
    for (const title of ['A', 'B', 'C']) await t.says(`create ${title}`)
    await t.says('mark-done 3')
    expect(await t.says('count')).toBe('2')
    expect(await t.says('count --status done')).toBe('1')
    expect(await t.says('count --status open,done')).toBe('3')
  }))
