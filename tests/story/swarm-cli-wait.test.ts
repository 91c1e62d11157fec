import { describe, expect, it } from 'vitest'
import { changeWithin, type Waiting, whoMoves } from '../../src/cli/swarm/wait.ts'

let next = 1
const ticket = (more: Partial<Waiting> = {}): Waiting => ({
  id: next++,
  status: 'open',
  assigned_to: null,
  held: [],
  phase: null,
  blocked_by: [],
  ...more,
})

const moves = (tickets: Waiting[], leased: number[] = []) => whoMoves(tickets, new Set(leased))

describe('who can move what is left', () => {
  it('nobody, when nothing is left', () => {
    expect(moves([])).toEqual({ agents: [], people: [], behind: [] })
  })

  it.each<[string, Partial<Waiting>, boolean, 'agents' | 'people']>([
    ['open, also when it backs off', {}, false, 'agents'],
    ['assigned to a person', { assigned_to: 'human' }, false, 'people'],
    ['assigned to somebody', { assigned_to: 'ada' }, false, 'people'],
    [
      'in progress by an agent',
      { status: 'in_progress', assigned_to: 'agent-1', phase: 'working' },
      true,
      'agents',
    ],
    ['in progress by hand', { status: 'in_progress', assigned_to: 'ada', phase: 'working' }, false, 'people'],
    [
      'queued in the merge queue',
      { status: 'ready', assigned_to: 'agent-1', phase: 'queued' },
      false,
      'agents',
    ],
    [
      'held until a person approves',
      { status: 'ready', phase: 'queued', held: ['verify.sh'] },
      true,
      'people',
    ],
    ['completed by hand', { status: 'ready', assigned_to: 'ada' }, false, 'people'],
    ['blocked by something that is done', { blocked_by: [1_000_000] }, false, 'agents'],
  ])('%s', (_, more, isLeased, who) => {
    const one = ticket(more)
    expect(moves([one], isLeased ? [one.id] : [])[who]).toEqual([one.id])
  })

  it('follows blockers: work waits for people as far as one of its blockers does', () => {
    const question = ticket({ assigned_to: 'human' })
    const waits = ticket({ blocked_by: [question.id] })
    const waitsLonger = ticket({ blocked_by: [waits.id] })
    const free = ticket()
    const waitsForFree = ticket({ blocked_by: [free.id] })
    const both = ticket({ blocked_by: [free.id, waitsLonger.id] })
    expect(moves([both, question, waits, waitsLonger, free, waitsForFree])).toEqual({
      agents: [free.id, waitsForFree.id],
      people: [both.id, question.id, waits.id, waitsLonger.id],
      behind: [both.id, waits.id, waitsLonger.id],
    })
  })

  it('an agent that works goes on, whatever its ticket was blocked by', () => {
    const question = ticket({ assigned_to: 'human' })
    const working = ticket({ status: 'in_progress', blocked_by: [question.id] })
    expect(moves([question, working], [working.id]).agents).toEqual([working.id])
  })
})

it('leaves no sleep behind when a change comes first', async () => {
  const signals: AbortSignal[] = []
  const pause = (_: number, signal?: AbortSignal) => {
    signals.push(signal!)
    return new Promise<void>((resolve) => signal!.addEventListener('abort', () => resolve()))
  }
  for (let at = 0; at < 12; at++) await changeWithin({ pause }, Promise.resolve(), 15_000)
  expect(signals.filter(({ aborted }) => !aborted)).toEqual([])
})
