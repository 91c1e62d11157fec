import { describe, expect, it } from 'vitest'
import { type EventType, SEND_BACK_REASONS, type TicketEvent } from '../../src/ticket/events.ts'
import { detail, firstLine, sentence } from '../../src/ticket/sentences.ts'
import { RESOLUTIONS } from '../../src/ticket/ticket.ts'

const LONG = `${'long '.repeat(50)}\nand a second line`

/** At least one of every type; a type that is missing here does not compile. */
const EVENTS: Record<EventType, TicketEvent[]> = {
  created: [
    {
      type: 'created',
      title: 'Add search',
      description: null,
      ticketType: 'task',
      priority: 0,
      parent: null,
      assignedTo: null,
      createdBy: 'alice',
    },
  ],
  updated: [
    { type: 'updated', title: 'Add a search page', priority: 2 },
    { type: 'updated', description: 'With a box.', ticketType: 'proposal' },
    { type: 'updated', assignedTo: 'bob' },
    { type: 'updated', assignedTo: null },
  ],
  claimed: [{ type: 'claimed', attempt: 2, holder: 'agent-1', leased: true }],
  advanced: [
    { type: 'advanced', attempt: 2, phase: 'verifying' },
    { type: 'advanced', attempt: 2, phase: 'working', why: 'The gate is red.\nSee above.' },
  ],
  declared: [{ type: 'declared', attempt: 2, resolution: 'no-change', reason: 'It works already.' }],
  completed: [
    { type: 'completed', attempt: 2, work: '0123456789abcdef' },
    { type: 'completed', attempt: 2, work: null },
  ],
  held: [{ type: 'held', attempt: 2, paths: ['verify.sh', 'ci/run'] }],
  approved: [{ type: 'approved' }],
  unclaimed: [
    { type: 'unclaimed', attempt: 2, holder: 'agent-1', reason: 'Stopped.' },
    { type: 'unclaimed', attempt: null, holder: 'bob', reason: null },
    { type: 'unclaimed', attempt: null, holder: null, reason: null },
  ],
  bounced: SEND_BACK_REASONS.map((reason) => ({
    type: 'bounced',
    attempt: 2,
    reason,
    detail: 'test.sh failed.',
    charged: true,
    notBefore: null,
    front: true,
  })),
  lost: [{ type: 'lost', attempt: 2, detail: 'Its agent is gone.' }],
  escalated: [{ type: 'escalated', reason: 'Three attempts failed.' }],
  done: RESOLUTIONS.map((resolution) => ({
    type: 'done',
    resolution,
    commit: resolution === 'landed' ? '0123456789abcdef' : null,
    reason: resolution === 'landed' ? null : 'Because.',
  })),
  reopened: [{ type: 'reopened' }],
  blocker_added: [{ type: 'blocker_added', by: 9 }],
  blocker_removed: [{ type: 'blocker_removed', by: 9 }],
  commented: [{ type: 'commented', author: 'bob', body: 'Looks good.' }],
}

const all = Object.values(EVENTS).flat()
const told = (event: TicketEvent) => sentence({ ticket: 7, by: 'alice', event })

/** Every text in the event made long, with line breaks. */
const noisy = (event: TicketEvent): TicketEvent =>
  JSON.parse(JSON.stringify(event), (key, value) =>
    typeof value === 'string' && !['type', 'resolution', 'reason', 'phase', 'ticketType'].includes(key)
      ? LONG
      : value,
  )

describe('every event', () => {
  it('has a sentence and a detail', async () => {
    const lines = all.map((event) => `${told(event)}\n    ${event.type} | ${detail(event, 7)}`)
    await expect(lines.join('\n')).toMatchFileSnapshot('snapshots/sentences.txt')
  })

  it.each(all.map((event) => [event.type, event] as const))(
    'names the ticket and who did it: %s',
    (_, event) => {
      expect(told(event)).toMatch(/^alice .*#7\b/)
    },
  )

  it.each(all.map((event) => [event.type, event] as const))(
    'is one line, whatever is in it: %s',
    (_, event) => {
      for (const text of [told(noisy(event)), detail(noisy(event), 7)]) expect(text).not.toMatch(/[\r\n]/)
      expect(told(event)).not.toContain('undefined')
      expect(detail(event, 7)).not.toContain('undefined')
    },
  )
})

describe('the first line of a text', () => {
  it('is the first that says something, cut at 160 characters', () => {
    expect(firstLine('\n  \nIt failed.\nBadly.')).toBe('It failed.')
    expect(firstLine('x'.repeat(200))).toHaveLength(160)
    expect(firstLine('')).toBe('')
  })
})
