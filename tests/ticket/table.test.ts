import { describe, expect, it } from 'vitest'
import type { Command } from '../../src/ticket/commands.ts'
import { isRefusal } from '../../src/ticket/commands.ts'
import { decideCreate } from '../../src/ticket/decide.ts'
import { TYPES } from '../../src/ticket/ticket.ts'
import { agentOn, ask, PERSON, STATES, SWARM, stateOf, ticketIn } from './states.ts'
import { allowed, asText, refusals, rows, rowsByType } from './table.ts'

const person = () => PERSON
const swarm = () => SWARM

describe('what every command does in every state', () => {
  it('reaches each state by commands', () => {
    for (const state of STATES) {
      const reached = stateOf(ticketIn(state))
      expect(reached).toBe(state === 'done' ? 'done·cancelled' : state)
    }
  })

  it('is this, for a person and a task', async () => {
    await expect(asText(rows(person))).toMatchFileSnapshot('snapshots/person.txt')
  })

  it('differs for other types in these rows only', async () => {
    const parts = rowsByType(person).map(({ type, rows }) => `${type}\n${asText(rows)}`)
    await expect(parts.join('\n\n')).toMatchFileSnapshot('snapshots/types.txt')
  })

  it('is the same for the swarm as for a person', () => {
    for (const type of TYPES) expect(asText(rows(swarm, type))).toBe(asText(rows(person, type)))
  })

  it('is little for an agent on its own ticket, and nothing on another', async () => {
    const own = asText(allowed(rows((ticket) => agentOn(ticket, 'its own'))))
    const other = allowed(rows((ticket) => agentOn(ticket, 'another')))
    await expect(own).toMatchFileSnapshot('snapshots/agent.txt')
    expect(other).toEqual([])
  })

  it('is the same for an agent whatever the type of its ticket', () => {
    for (const type of TYPES)
      expect(asText(rows((ticket) => agentOn(ticket, 'its own'), type)).replaceAll(/\s+/g, ' ')).toBe(
        asText(rows((ticket) => agentOn(ticket, 'its own'))).replaceAll(/\s+/g, ' '),
      )
  })
})

describe('what is said when a command is refused', () => {
  it('names the ticket and what to do, to a person', async () => {
    await expect(refusals(person, TYPES)).toMatchFileSnapshot('snapshots/refused-person.txt')
  })

  it('names the ticket and what to do, to an agent', async () => {
    const own = refusals((ticket) => agentOn(ticket, 'its own'))
    const other = refusals((ticket) => agentOn(ticket, 'another'))
    await expect(`${own}\n\n\nOf another ticket\n\n${other}`).toMatchFileSnapshot(
      'snapshots/refused-agent.txt',
    )
  })

  it.each<[string, Command, string]>([
    ['update', { type: 'update', title: ' ' }, 'invalid: Error: ticket title cannot be empty.'],
    [
      'update',
      { type: 'update', title: 'x'.repeat(257) },
      'invalid: Error: this ticket title has 257 characters. The maximum is 256. Put the rest into the description.',
    ],
    ['fail', { type: 'fail', reason: ' ' }, 'invalid: Say why it failed: --reason TEXT.'],
    ['comment', { type: 'comment', author: 'alice', body: '\n' }, 'invalid: A comment needs text.'],
    ['answer', { type: 'answer', text: '' }, 'invalid: An answer needs text.'],
    [
      'block by itself',
      { type: 'block', by: 7, cycle: true },
      'conflict: Ticket 7 cannot be blocked by itself.',
    ],
    ['block twice', { type: 'block', by: 8, cycle: false }, 'conflict: Ticket 7 is already blocked by 8.'],
    [
      'block in a circle',
      { type: 'block', by: 9, cycle: true },
      'conflict: Ticket 9 already waits for ticket 7, so neither would ever be ready.',
    ],
    ['unblock', { type: 'unblock', by: 9 }, 'not_found: No such blocker relationship found.'],
  ])('says what is wrong with a %s that makes no sense', (_, command, sentence) => {
    const { decision } = ask(ticketIn('open'), command, PERSON)
    expect(isRefusal(decision) && `${decision.refused}: ${decision.sentence}`).toBe(sentence)
  })

  it('wants a reason from an agent that leaves no change', () => {
    const declare = { type: 'declare', attempt: 1, noChange: ' ', children: 0 } as const
    expect(ask(ticketIn('leased'), declare, SWARM).decision).toMatchObject({ refused: 'invalid' })
  })

  it('wants a title when a proposal is approved with edits', () => {
    const approve = { type: 'approve', title: ' ' } as const
    expect(ask(ticketIn('open', 'proposal'), approve, PERSON).decision).toMatchObject({ refused: 'invalid' })
  })
})

describe('a new ticket', () => {
  it.each([
    [{}, 'task'],
    [{ assignedTo: 'bob' }, 'task'],
    [{ assignedTo: 'human' }, 'proposal'],
    [{ assignedTo: 'human', blocked: true }, 'question'],
    [{ assignedTo: 'human', type: 'verify' as const }, 'verify'],
    [{ blocked: true }, 'task'],
  ])('with %o is a %s', (wanted, type) => {
    expect(decideCreate({ title: 'Add search', ...wanted }, PERSON)).toMatchObject({ ticketType: type })
  })

  it('needs a title, and keeps no white space around it', () => {
    expect(decideCreate({ title: ' \n' }, PERSON)).toMatchObject({ refused: 'invalid' })
    expect(decideCreate({ title: ' Add search\n' }, PERSON)).toMatchObject({ title: 'Add search' })
  })

  it('is filed in the name of its agent, whatever the agent says', () => {
    const agent = agentOn(ticketIn('leased'), 'its own')
    expect(decideCreate({ title: 'Split', createdBy: 'human' }, agent)).toMatchObject({
      createdBy: 'agent-1',
    })
    expect(decideCreate({ title: 'Split', createdBy: 'bob' }, PERSON)).toMatchObject({ createdBy: 'bob' })
  })
})
