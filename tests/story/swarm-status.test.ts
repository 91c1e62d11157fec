/** What `swarm status` prints and `swarm top` keeps drawing. */
import { expect, it } from 'vitest'
import type { Status } from '../../src/api/client.ts'
import { overview } from '../../src/cli/swarm/overview.ts'

const AT = Date.UTC(2026, 0, 1, 12)
const OWN = { version: '0.1.0', build: 'one' }

const agent = (name: string, more: Partial<Status['agents'][number]>): Status['agents'][number] => ({
  ...{ name, ticket_id: null, title: null, attempt: null, phase: null, since: null, leaving: false },
  ...{ limit_wait: null, unanswered: null, cpu_percent: null, memory_bytes: null },
  ...more,
})

const printed = (
  agents: Status['agents'],
  idle: Status['idle'],
  paused: Status['paused'] = null,
): string[] => {
  const now: Status = {
    ...{ project: { path: '/shop', name: 'shop' }, branch: null, tip: null, server: null, paused },
    counts: { open: 1, in_progress: 2, ready: 0, done: 0, blocked: 1, needs_person: 0, claimable: 0 },
    merge_queue: { queued: 0, now: null },
    ...{ agents, idle },
  }
  return overview(
    { hasColor: false },
    { now, pulse: null, mistake: null, inbox: [], url: null, own: OWN, at: AT },
  )
}

it('says what each agent does, what its model does not, and why the others have no ticket', () => {
  const since = AT - 60_000
  const working = { ticket_id: 1, title: 'Add search', attempt: 1, phase: 'working' as const, since }
  const silent = {
    requests: 14,
    gave: [500],
    since,
    sentence: 'The model has answered 500 to the last 14 requests, since 16:05.',
  }
  const idle = {
    ...{ agents: 1, why: 'nothing to claim' as const },
    sentence:
      '1 agent is idle: no ticket can be claimed, because 2 tickets are in progress, 1 waits for another ticket.',
  }
  const lines = printed(
    [
      agent('agent-1', working),
      agent('agent-2', { ...working, ticket_id: 2, title: 'Document it', unanswered: silent }),
      agent('agent-3', {}),
    ],
    idle,
  )
  expect(lines.slice(lines.indexOf('Merge queue: empty') + 1)).toEqual([
    '',
    '  agent-1  working              1 min 0 s    #1 Add search',
    '  agent-2  waits for the model  1 min 0 s    #2 Document it',
    '    The model has answered 500 to the last 14 requests, since 16:05.',
    '  agent-3  idle',
    idle.sentence,
  ])
})

const pausedAs = (paused: Partial<NonNullable<Status['paused']>>): string | undefined =>
  printed([], null, {
    ...{ cause: 'person', reason: 'Release today.', since: AT - 1000, until: null, ticket_id: null },
    ...paused,
  }).find((line) => line.startsWith('Paused'))

it.each<[Partial<NonNullable<Status['paused']>>, string]>([
  [{}, 'Paused until swarm resume: Release today.'],
  [
    { cause: 'budget', reason: 'Used up.', ticket_id: 7 },
    'Paused until #7 is answered, or swarm resume: Used up.',
  ],
  [
    { cause: 'disk', reason: 'The disk is nearly full: 3 MiB are free.' },
    'Paused until the disk has free space: The disk is nearly full: 3 MiB are free.',
  ],
  [{ cause: 'main is red', reason: 'main is red.' }, 'Paused until main is green: main is red.'],
  [
    { cause: 'overloaded', reason: 'Overloaded.', until: AT + 90_000 },
    'Paused for 1 min 30 s more: Overloaded.',
  ],
  [
    { cause: 'overloaded', reason: 'Overloaded.', until: AT },
    'Paused until an attempt finds that it is over: Overloaded.',
  ],
])('says until when everybody waits: %j', (paused, line) => expect(pausedAs(paused)).toBe(line))

it('says nothing of idle agents when there are none', () => {
  expect(printed([agent('agent-1', {})], null).at(-1)).toBe('  agent-1  idle')
})
