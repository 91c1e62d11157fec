import { describe, expect, it } from 'vitest'
import { isLongOver, whyRemoved } from '../../src/ticket/over.ts'
import { STATUSES, type Stage, type Ticket } from '../../src/ticket/ticket.ts'

const STAGES: Record<Stage['status'], Stage> = {
  open: { status: 'open', assignedTo: null, notBefore: null, delay: null, front: false },
  in_progress: { status: 'in_progress', attempt: 1, holder: 'agent-1', leased: true, phase: 'working' },
  ready: {
    ...{ status: 'ready', attempt: 1, holder: 'agent-1', leased: true, work: 'c0ffee' },
    ...{ held: ['verify.sh'], approved: false },
  },
  done: { status: 'done', resolution: 'cancelled', assignedTo: null, commit: null, reason: null },
}

const ticket = (more: Partial<Ticket>): Ticket => ({
  ...{ id: 1, title: 'Add search', description: null, type: 'task', priority: 0, parent: null },
  ...{ createdBy: 'ada', createdAt: 1, updatedAt: 10, attempts: 1, charged: 0, blockedBy: [] },
  stage: STAGES.done,
  ...more,
})

describe('what attempts left', () => {
  it.each(STATUSES.map((status) => [status]))('may go only when the ticket is done: %s', (status) => {
    expect(isLongOver(ticket({ stage: STAGES[status] }), 1000)).toBe(status === 'done')
  })

  it('stays until nothing has happened to the ticket for long, but at that of proposing', () => {
    expect(isLongOver(ticket({}), 10)).toBe(true)
    expect(isLongOver(ticket({}), 9)).toBe(false)
    expect(isLongOver(ticket({ createdBy: 'scout' }), 9)).toBe(true)
  })

  it('is told of in one sentence, with the time and the setting', () => {
    const attempt = { ticket: 4, number: 2, endedAt: 0, removedAt: 31.5 * 86_400_000 }
    expect(whyRemoved('The transcript', attempt)).toBe(
      'The transcript of attempt 2 of ticket 4 was removed 31 days after the attempt ended (keep_finished_work).',
    )
    expect(whyRemoved('The work', { ...attempt, removedAt: 86_400_000 })).toContain('removed a day after')
    expect(whyRemoved('The work', { ...attempt, removedAt: 5 })).toContain('removed less than a day after')
    expect(whyRemoved('The work', { ...attempt, removedAt: null })).toBeNull()
  })
})
