/** The contract of the original `ticket`, row by row: the way of a ticket from a claim to done, and the log of it. */
import { describe, expect, it } from 'vitest'
import { ticketCli } from './ticket-cli.ts'

describe('claim-next', () => {
  it('gives the oldest open ticket that nobody holds and nothing blocks, as show prints it', () =>
    ticketCli(async (t) => {
      await t.says('create Theirs --assign ada')
      await t.says('create Later --blocked-by 1')
      await t.says('create Now')
      await t.says('create "After that"')
      const claimed = await t.says('claim-next --agent agent-1')
      expect(claimed).toBe(await t.says('show 3'))
      expect(claimed).toContain('  Status:      in_progress\n  Assigned:    agent-1\n')
      expect(await t.json('claim-next --agent agent-2')).toMatchObject({ id: 4, blocks: [], comments: [] })
    }))

  it('prints nothing when none is ready: exit 1', () =>
    ticketCli(async (t) => {
      expect(await t.ask('claim-next --agent agent-1')).toEqual({ code: 1, out: '', err: '' })
      expect(await t.ask('claim-next --agent agent-1 --format json')).toEqual({ code: 1, out: '', err: '' })
    }))

  it('waits for done: ready does not unblock', () =>
    ticketCli(async (t) => {
      await t.says('create First --assign ada')
      await t.says('create Second --blocked-by 1')
      await t.says('complete 1')
      expect((await t.ask('claim-next --agent a')).code).toBe(1)
      await t.says('mark-done 1')
      expect(await t.json('claim-next --agent a')).toMatchObject({ id: 2 })
    }))

  it('needs an agent', () =>
    ticketCli(async (t) => {
      expect(await t.misused('claim-next')).toContain('ticket claim-next: --agent WHO is missing.')
    }))
})

describe('comments', () => {
  it('are added and listed', () =>
    ticketCli(async (t) => {
      await t.says('create X')
      expect(await t.says('comments 1')).toBe('No comments.')
      expect(await t.says('comment 1 "Use the index" --author ada')).toBe('Comment added to ticket 1.')
      await t.says('comment 1 "- it works"')
      expect(await t.says('comments 1')).toBe(
        '[2026-01-02 03:04:05] ada: Use the index\n[2026-01-02 03:04:05] human: - it works',
      )
      expect(await t.json('comments 1')).toMatchObject([{ author: 'ada', ticket_id: 1 }, { id: 2 }])
    }))

  it('need a ticket', () =>
    ticketCli(async (t) => {
      expect(await t.refuses('comment 9 Hello')).toBe('Ticket 9 not found.')
      expect(await t.refuses('comments 9')).toBe('Ticket 9 not found.')
    }))
})

describe('the way to done', () => {
  it('goes over complete and mark-done', () =>
    ticketCli(async (t) => {
      await t.says('create X')
      await t.says('claim-next --agent agent-1')
      expect(await t.says('complete 1')).toBe('Ticket 1 work complete.')
      expect(await t.json('show 1')).toMatchObject({ status: 'ready', assigned_to: 'agent-1' })
      expect(await t.says('mark-done 1')).toBe('Ticket 1 done.')
      expect(await t.json('show 1')).toMatchObject({ status: 'done', resolution: 'no-change' })
    }))

  it('goes back by unclaim', () =>
    ticketCli(async (t) => {
      await t.says('create X')
      await t.says('claim-next --agent agent-1')
      expect(await t.says('unclaim 1')).toBe('Ticket 1 unclaimed.')
      expect(await t.json('show 1')).toMatchObject({ status: 'open', assigned_to: null })
    }))

  it.each(['complete', 'mark-done', 'unclaim'])('%s refuses an unknown id', (name) =>
    ticketCli(async (t) => expect(await t.refuses(`${name} 9`)).toBe('Ticket 9 not found.')),
  )
})

describe('block and unblock', () => {
  it('make a ticket wait, and no longer', () =>
    ticketCli(async (t) => {
      await t.says('create First')
      await t.says('create Second')
      expect(await t.says('block 2 --by 1')).toBe('Ticket 2 is now blocked by ticket 1.')
      expect(await t.refuses('block 2 --by 1')).toBe('Ticket 2 is already blocked by 1.')
      expect(await t.says('unblock 2 --by 1')).toBe('Ticket 2 is no longer blocked by ticket 1.')
      expect(await t.refuses('unblock 2 --by 1')).toBe('No such blocker relationship found.')
    }))

  it('hand a claimed ticket back', () =>
    ticketCli(async (t) => {
      await t.says('create First')
      await t.says('claim-next --agent agent-1')
      await t.says('create Second')
      await t.says('block 1 --by 2')
      expect(await t.json('show 1')).toMatchObject({ status: 'open', assigned_to: null, blocked_by: [2] })
    }))

  it('refuse unknown ids', () =>
    ticketCli(async (t) => {
      await t.says('create X')
      expect(await t.refuses('block 1 --by 9')).toBe('Ticket 9 not found.')
      expect(await t.refuses('block 9 --by 1')).toBe('Ticket 9 not found.')
      expect(await t.refuses('unblock 9 --by 1')).toBe('No such blocker relationship found.')
      expect(await t.misused('block 1')).toContain('--by ID is missing.')
    }))
})

describe('log', () => {
  it('is newest first, in the columns and words of the original', () =>
    ticketCli(async (t) => {
      expect(await t.says('log')).toBe('No activity.')
      await t.says('create First --created-by ada')
      await t.says('create Second')
      await t.says('claim-next --agent agent-1')
      await t.says('comment 1 Hello --author ada')
      await t.says('block 1 --by 2')
      await t.says('unblock 1 --by 2')
      await t.says('update 1 --title Third')
      await t.says('complete 1')
      await t.says('mark-done 1')
      const lines = (await t.says('log')).split('\n')
      expect(lines.reverse()).toEqual([
        '[2026-01-02 03:04:05] #1     created            ada            First',
        '[2026-01-02 03:04:05] #2     created            human          Second',
        '[2026-01-02 03:04:05] #1     claimed            agent-1        Claimed by agent-1',
        '[2026-01-02 03:04:05] #1     commented          ada            Hello',
        '[2026-01-02 03:04:05] #1     blocker_added      human          Blocked by #2',
        '[2026-01-02 03:04:05] #1     unclaimed          human          Auto-released (blocked by #2)',
        '[2026-01-02 03:04:05] #1     blocker_removed    human          Unblocked from #2',
        '[2026-01-02 03:04:05] #1     updated            human          title -> Third',
        '[2026-01-02 03:04:05] #1     claimed            human          Claimed by human',
        '[2026-01-02 03:04:05] #1     completed          human          Ticket #1 marked work complete',
        '[2026-01-02 03:04:05] #1     done               human          no-change',
      ])
    }))

  it('shows 20 entries, or as many as asked for', () =>
    ticketCli(async (t) => {
      for (let number = 0; number < 25; number++) await t.says('create X')
      expect((await t.says('log')).split('\n')).toHaveLength(20)
      expect((await t.says('log --limit 3')).split('\n')).toHaveLength(3)
      expect(await t.says('log --limit 0')).toBe('No activity.')
      expect((await t.json('log --limit 1'))[0]).toEqual({
        id: 25,
        ticket_id: 25,
        agent_id: 'human',
        action: 'created',
        detail: 'X',
        created_at: '2026-01-02 03:04:05',
      })
    }))
})

describe('a verify ticket that fails', () => {
  it('is done; a fix is filed, and a new verify takes its place before everything that waited', () =>
    ticketCli(async (t) => {
      await t.says('create "Check search" --type verify --assign human')
      await t.says('create Release --blocked-by 1')
      expect(await t.says('fail 1 --reason "No umlauts"')).toBe(
        'Ticket 1 failed: ticket 3 fixes it, ticket 4 verifies it again.',
      )
      expect(await t.json('show 1')).toMatchObject({
        status: 'done',
        resolution: 'failed',
        reason: 'No umlauts',
      })
      expect(await t.json('show 3')).toMatchObject({
        title: 'Fix: Check search',
        description: 'No umlauts',
        type: 'task',
        assigned_to: null,
      })
      expect(await t.json('show 4')).toMatchObject({
        title: 'Re-verify: Check search',
        type: 'verify',
        assigned_to: 'human',
        blocked_by: [3],
        blocks: [2],
      })
    }))

  it('does not pile up the prefix', () =>
    ticketCli(async (t) => {
      await t.says('create "Check search" --type verify --assign human')
      await t.says('fail 1 --reason Wrong')
      const again = await t.json('fail 3 --reason "Still wrong"')
      expect(again.fix.title).toBe('Fix: Re-verify: Check search')
      expect(again.reverify.title).toBe('Re-verify: Check search')
    }))
})

it('migrate: says the version, also when there is nothing to do', () =>
  ticketCli(async (t) => {
    expect(await t.says('migrate')).toMatch(/^Database migrated to version \d+\.$/)
    expect(await t.says('migrate')).toMatch(/^Database already at version \d+\.$/)
    expect(await t.json('migrate')).toMatchObject({ backup: null, repaired: [] })
  }))

it('no command: help, exit 2', () =>
  ticketCli(async (t) => expect(await t.misused('')).toMatch(/^usage: ticket COMMAND/)))
