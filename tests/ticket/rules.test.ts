import { describe, expect, it } from 'vitest'
import type { Command } from '../../src/ticket/commands.ts'
import { assignee, needsPerson, type Ticket } from '../../src/ticket/ticket.ts'
import { ask, NOW, PERSON, type State, SWARM, stateOf, ticketIn } from './states.ts'

/** The ticket after the commands, each of which must be allowed. */
function play(start: Ticket | State, ...commands: Command[]): Ticket {
  const ticket = typeof start === 'string' ? ticketIn(start) : start
  return commands.reduce((each, command) => {
    const { decision, after } = ask(each, command, PERSON)
    if (after === null) throw new Error(`${command.type} is refused: ${JSON.stringify(decision)}`)
    return after
  }, ticket)
}

const sendBack = (attempt: number, more: Partial<Extract<Command, { type: 'send-back' }>> = {}): Command => ({
  type: 'send-back',
  attempt,
  reason: 'gate red',
  detail: 'test.sh failed.',
  charged: true,
  notBefore: null,
  front: true,
  ...more,
})
const claim: Command = { type: 'claim', holder: 'agent-1', leased: true, now: NOW, openBlockers: 0 }

describe('a change by hand', () => {
  it('gives a held ticket back when nobody is to have it', () => {
    for (const state of ['leased', 'by hand', 'queued', 'held', 'approved', 'submitted'] as const)
      expect(stateOf(play(state, { type: 'update', assignedTo: '' })), state).toBe('open')
  })

  it('hands a ticket in for the one it is assigned to in the same breath', () => {
    const ticket = play('by hand', { type: 'update', status: 'ready', assignedTo: 'carol' })
    expect([stateOf(ticket), assignee(ticket)]).toEqual(['submitted', 'carol'])
  })

  it('keeps the holder when only the status changes', () => {
    const ticket = ask(ticketIn('by hand'), { type: 'update', status: 'ready' }, SWARM).after
    expect(ticket && assignee(ticket)).toBe('alice')
  })

  it('does not submit for an agent that is still at work', () => {
    const ready: Command = { type: 'update', status: 'ready', assignedTo: 'carol' }
    expect(ask(ticketIn('leased'), ready, PERSON).decision).toMatchObject({ refused: 'conflict' })
  })

  it('takes a ticket from an agent, and from the merge queue', () => {
    for (const state of ['leased', 'queued'] as const) {
      const ticket = play(state, { type: 'update', status: 'in_progress', assignedTo: 'carol' })
      expect([stateOf(ticket), assignee(ticket), ticket.attempts], state).toEqual(['by hand', 'carol', 2])
    }
  })

  it('is nothing when nothing changes', () => {
    const same: Command = { type: 'update', title: ' Add search ', priority: 0, assignedTo: 'bob' }
    expect(ask(ticketIn('assigned'), same, PERSON).decision).toEqual([])
  })

  it('reopens a done ticket, for whom it says', () => {
    const ticket = play('done', { type: 'update', status: 'open', assignedTo: 'bob' })
    expect([stateOf(ticket), assignee(ticket)]).toEqual(['assigned', 'bob'])
  })
})

describe('a lease', () => {
  it('is lost only while its agent works: what the merge queue holds needs no agent, a claim by hand has none', () => {
    const lose: Command = { type: 'lose', attempt: 1, detail: 'Its agent is gone.' }
    expect(stateOf(play('leased', lose))).toBe('open')
    for (const state of ['by hand', 'queued', 'held', 'approved', 'submitted'] as const)
      expect(ask(ticketIn(state), lose, SWARM).decision, state).toMatchObject({ refused: 'conflict' })
  })

  it('does not let a late attempt give back what another one holds', () => {
    const ticket = play('leased', { type: 'release' }, claim)
    expect(ask(ticket, { type: 'release', attempt: 1 }, SWARM).decision).toMatchObject({ refused: 'late' })
    expect(stateOf(play(ticket, { type: 'release', attempt: 2 }))).toBe('open')
    expect(stateOf(play(ticket, { type: 'release' }))).toBe('open')
  })
})

describe('work that waits for approval', () => {
  const hold = (paths: string[]): Command => ({ type: 'hold', attempt: 1, paths })

  it('is said once, and again when there is more of it', () => {
    expect(ask(ticketIn('held'), hold(['verify.sh']), SWARM).decision).toEqual([])
    expect(ask(ticketIn('held'), hold(['verify.sh', 'ci.sh']), SWARM).decision).toHaveLength(1)
    expect(ask(ticketIn('queued'), hold([]), SWARM).decision).toEqual([])
  })

  it('is a commit: what was completed by hand is never held', () => {
    expect(ask(ticketIn('submitted'), hold(['verify.sh']), SWARM).decision).toMatchObject({
      refused: 'conflict',
    })
  })

  it('waits for a person, lands once approved, and goes back when rejected', () => {
    expect(needsPerson(ticketIn('held'))).toBe(true)
    const land: Command = { type: 'land', attempt: 1, commit: 'c'.repeat(40) }
    expect(ask(ticketIn('held'), land, SWARM).decision).toMatchObject({ refused: 'conflict' })
    expect(stateOf(play('held', { type: 'approve' }, land))).toBe('done·landed')
    const rejected = play('held', { type: 'reject', reason: 'Leave the gate alone.' })
    expect(rejected.stage).toMatchObject({ status: 'open', front: true })
    expect(rejected.charged).toBe(1)
  })

  it('is approved for exactly this work: the next attempt is held anew', () => {
    const again = play('approved', sendBack(1), claim, { type: 'submit', attempt: 2, work: 'b'.repeat(40) })
    expect(again.stage).toMatchObject({ approved: false })
    expect(stateOf(play(again, { type: 'hold', attempt: 2, paths: ['verify.sh'] }))).toBe('held')
  })

  it('is neither approved nor rejected by who looked at an earlier attempt', () => {
    const held: Command = { type: 'hold', attempt: 2, paths: ['verify.sh'] }
    const again = play('held', sendBack(1), claim, { type: 'submit', attempt: 2, work: 'b'.repeat(40) }, held)
    for (const late of [{ type: 'approve', of: 1 } as const, { type: 'reject', reason: '', of: 1 } as const])
      expect(ask(again, late, PERSON).decision).toEqual({
        refused: 'late',
        sentence: 'Ticket 7 is now at attempt 2, but you looked at attempt 1. Look again: ticket show 7.',
      })
    expect(stateOf(play(again, { type: 'approve', of: 2 }))).toBe('approved')
    expect(stateOf(play(again, { type: 'approve' })), 'as in the original').toBe('approved')
  })

  it('takes the edits that come with an approval', () => {
    expect(play('held', { type: 'approve', title: 'Add a search page' }).title).toBe('Add a search page')
  })
})

describe('attempts that count against a ticket', () => {
  const twice = () => play('leased', sendBack(1), claim, sendBack(2))

  it('are counted when charged, and only then', () => {
    expect(twice().charged).toBe(2)
    expect(play('leased', sendBack(1, { charged: false })).charged).toBe(0)
  })

  it('survive a release by an agent', () => {
    expect(play(twice(), claim, { type: 'release' }).charged).toBe(2)
  })

  it.each<[string, Command[]]>([
    ['gives back what was brought to one', [{ type: 'escalate', reason: 'Enough.' }, { type: 'release' }]],
    [
      'takes the assignee off',
      [
        { type: 'escalate', reason: 'Enough.' },
        { type: 'update', assignedTo: '' },
      ],
    ],
    ['reopens the ticket', [{ type: 'cancel' }, { type: 'reopen' }]],
  ])('start anew when a person %s', (_, commands) => {
    expect(play(twice(), ...commands)).toMatchObject({ charged: 0, attempts: 2 })
  })
})

describe('a blocker', () => {
  it('hands a held ticket back, and leaves an open one where it is', () => {
    const block: Command = { type: 'block', by: 9, cycle: false }
    expect(play('leased', block)).toMatchObject({ blockedBy: [8, 9], stage: { status: 'open' } })
    expect(stateOf(play('assigned', block))).toBe('assigned')
  })
})

describe('an approved proposal', () => {
  it('is a task that agents may take, with the edits of whoever approved it', () => {
    const proposal = ticketIn('assigned', 'proposal')
    const approved = play(proposal, {
      type: 'approve',
      title: 'Add a search page',
      description: 'With a box.',
    })
    expect(approved).toMatchObject({ type: 'task', title: 'Add a search page', description: 'With a box.' })
    expect(stateOf(approved)).toBe('open')
  })
})

describe('an answer', () => {
  it('is kept as a comment, too', () => {
    const { decision } = ask(ticketIn('assigned', 'question'), { type: 'answer', text: 'SQLite.' }, PERSON)
    expect(decision).toMatchObject([
      { type: 'commented', author: 'alice', body: 'SQLite.' },
      { type: 'done', resolution: 'answered', reason: 'SQLite.' },
    ])
  })
})
