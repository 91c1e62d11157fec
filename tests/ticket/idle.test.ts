import { describe, expect, it } from 'vitest'
import type { Census } from '../../src/ticket/census.ts'
import { idleSentence, type WhyIdle } from '../../src/ticket/idle.ts'
import { CAUSES } from '../../src/ticket/pauses.ts'

const NOW = Date.UTC(2026, 0, 1)
const MINUTE = 60_000
const NONE: Census = {
  ...{ open: 0, inProgress: 0, ready: 0, done: 0, blocked: 0, needsPerson: 0, forPerson: 0 },
  ...{ claimable: 0, assigned: 0, backsOff: 0, nextAt: null },
}
const nothing: WhyIdle = { kind: 'nothing to claim' }
const said = (why: WhyIdle, census: Partial<Census> = {}, agents = 3) =>
  idleSentence({ agents, why, census: { ...NONE, ...census } }, NOW)

describe('why agents are idle', () => {
  it.each<[string, Partial<Census>]>([
    ['no ticket has been filed', {}],
    ['no work is left, 12 tickets done', { done: 12 }],
    ['no work is left, 1 ticket done', { done: 1 }],
    [
      'no ticket can be claimed, because 12 tickets back off (the next in 4 min)',
      { open: 12, backsOff: 12, nextAt: NOW + 4 * MINUTE },
    ],
    [
      'no ticket can be claimed, because 1 ticket backs off (the next within a minute)',
      { open: 1, backsOff: 1, nextAt: NOW + 30_000 },
    ],
    [
      'no ticket can be claimed, because 5 tickets wait for a person',
      { open: 5, forPerson: 5, needsPerson: 5 },
    ],
    [
      'no ticket can be claimed, because 2 tickets are in progress, 1 waits for a person, 8 wait for other tickets, 1 is assigned by name',
      { open: 10, inProgress: 2, forPerson: 1, blocked: 8, assigned: 1 },
    ],
    ['1 ticket in the merge queue, and no other work is left', { ready: 1 }],
  ])('says what there is instead of one to claim: %s', (words, census) =>
    expect(said(nothing, census)).toBe(`3 agents are idle: ${words}.`),
  )

  it.each<[WhyIdle, string]>([
    [
      { kind: 'paused', cause: 'usage limit', until: NOW + 26 * MINUTE, ticket: null },
      'the account has reached its usage limit, retried in 26 min',
    ],
    [
      { kind: 'paused', cause: 'usage limit', until: NOW + 5 * 60 * MINUTE, ticket: null },
      'the account has reached its usage limit, retried in 5 h',
    ],
    [
      { kind: 'paused', cause: 'budget', until: null, ticket: 12 },
      'the budget is used up, until #12 is answered',
    ],
    [
      { kind: 'paused', cause: 'same failure', until: null, ticket: 7 },
      'several tickets in a row failed in the same way, until #7 is answered',
    ],
    [
      { kind: 'paused', cause: 'person', until: null, ticket: null },
      "a person paused the agents, until 'swarm resume'",
    ],
    [
      { kind: 'tried', cause: 'overloaded' },
      'the model does not answer, and 1 attempt tests whether that is over',
    ],
    [
      { kind: 'disk', reason: 'The disk is nearly full: 3 MiB are free.' },
      'the disk is nearly full: 3 MiB are free',
    ],
    [
      { kind: 'merge queue behind', waiting: 9, limit: 8 },
      '9 tickets are in the merge queue (limit 8), so nothing is claimed until some have landed',
    ],
    [
      { kind: 'merge queue behind', waiting: 1, limit: 1 },
      '1 ticket is in the merge queue (limit 1), so nothing is claimed until some have landed',
    ],
    [
      { kind: 'main is red', above: 5 },
      'main is red, so only tickets with a priority above 5 are claimed, and 4 tickets must wait for it',
    ],
  ])('says what holds them up: %j', (why, words) =>
    expect(said(why, { claimable: 4 })).toBe(`3 agents are idle: ${words}.`),
  )

  it.each(CAUSES)('has words and a number for each cause of a pause: %s', (cause) =>
    expect(said({ kind: 'paused', cause, until: NOW + 2 * MINUTE, ticket: null })).toMatch(
      /^3 agents are idle: .+, retried in 2 min\.$/,
    ),
  )

  it('says nothing of none, and of who may claim by now', () => {
    expect(said(nothing, {}, 0)).toBeNull()
    expect(said(nothing, { open: 1, claimable: 1 })).toBeNull()
    expect(said(nothing, {}, 1)).toBe('1 agent is idle: no ticket has been filed.')
  })

  it('says what there would be to do when there shall be no agents', () => {
    expect(said({ kind: 'no agents' }, { claimable: 4 }, 0)).toBe(
      "The number of agents is 0, and 4 tickets can be claimed. Start agents with 'swarm scale 3'.",
    )
  })
})
