import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal } from '../../src/ticket/commands.ts'
import { decide, decideCreate } from '../../src/ticket/decide.ts'
import { born, evolve } from '../../src/ticket/evolve.ts'
import {
  isSameTitle,
  PROPOSER,
  type ProposingNow,
  type ProposingRules,
  proposalsIn,
  whyNotPropose,
} from '../../src/ticket/proposing.ts'
import { created, history, play } from './histories.ts'
import { agentOn, NOW, PERSON, SWARM, ticketIn } from './states.ts'

const HOUR = 3_600_000
const RULES: ProposingRules = { propose: true, proposeMaxOpen: 3, proposeInterval: 3600, proposeBudget: 1 }
const IDLE: ProposingNow = { now: NOW, waiting: 0, spent: 0, isAtWork: false, last: null, isWorthIt: true }
const begun = (ago: number, failures = 0) => ({ last: { began: NOW - ago, failures } })

const CLAIM = { type: 'claim', holder: 'agent-1', leased: true, now: NOW, openBlockers: 0 } as const

describe('an agent that has nothing to do', () => {
  it.each<[string, Partial<ProposingRules>, Partial<ProposingNow>, string | null]>([
    ['goes proposing', {}, {}, null],
    ['does not unless it was asked for', { propose: false }, {}, 'off'],
    ['does not when nothing may wait', { proposeMaxOpen: 0 }, {}, 'off'],
    ['does not while another is at it', {}, { isAtWork: true }, 'at work'],
    ['does while fewer proposals wait than may', {}, { waiting: 2 }, null],
    ['does not while as many wait as may', {}, { waiting: 3 }, 'enough wait'],
    ['does not so soon after the last time', {}, begun(HOUR - 1), 'too soon'],
    ['does once the interval has passed', {}, begun(HOUR), null],
    ['waits twice as long after a failure', {}, begun(2 * HOUR - 1, 1), 'too soon'],
    ['goes again after that', {}, begun(2 * HOUR, 1), null],
    ['waits for 64 intervals at most', {}, begun(64 * HOUR, 50), null],
    ['does not when a day has cost enough', {}, { spent: 1 }, 'no money'],
    ['does while there is money left', {}, { spent: 0.99 }, null],
    ['does whatever it costs without a limit', { proposeBudget: 0 }, { spent: 99 }, null],
    ['does not read the same again that gave nothing', {}, { isWorthIt: false }, 'nothing new'],
  ])('%s', (_, rules, proposed, why) => {
    expect(whyNotPropose({ ...RULES, ...rules }, { ...IDLE, ...proposed })).toBe(why)
  })
})

describe('the ticket of proposing', () => {
  it('is never open once it was claimed, whatever is asked of it', () => {
    fc.assert(
      fc.property(created, history, (first, steps) => {
        const own = { ...first, createdBy: PROPOSER, assignedTo: null }
        const moments = play(own, [{ command: CLAIM, actor: 'swarm', at: NOW }, ...steps])
        expect(moments[0]?.after.stage.status).toBe('in_progress')
        for (const { after } of moments) expect(after.stage.status).not.toBe('open')
      }),
    )
  })

  it('is opened by a claim of the swarm, and by nobody else', () => {
    const done = { ...ticketIn('done'), createdBy: PROPOSER }
    expect(decide(done, CLAIM, SWARM)).toMatchObject([{ type: 'reopened' }, { type: 'claimed', attempt: 1 }])
    expect(isRefusal(decide(done, { ...CLAIM, leased: false }, PERSON))).toBe(true)
    expect(decide(done, { type: 'reopen' }, PERSON)).toMatchObject({
      refused: 'conflict',
      sentence: 'Ticket 7 belongs to the swarm. It is claimed again when no ticket is ready.',
    })
  })

  it('cannot be filed by people or agents', () => {
    expect(isRefusal(decideCreate({ title: 'Look', createdBy: PROPOSER }, PERSON))).toBe(true)
    const agent = { ...agentOn(ticketIn('leased'), 'its own'), name: PROPOSER }
    expect(isRefusal(decideCreate({ title: 'Look' }, agent))).toBe(true)
    const filed = decideCreate({ title: 'Look' }, { kind: 'swarm', name: PROPOSER })
    expect(filed).toMatchObject({ createdBy: PROPOSER })
  })

  it('is closed when its agent dies', () => {
    const own = { ...ticketIn('leased'), createdBy: PROPOSER }
    const events = decide(own, { type: 'lose', attempt: 1, detail: 'It is gone.' }, SWARM)
    expect(events).toMatchObject([{ type: 'lost' }, { type: 'done', resolution: 'cancelled' }])
  })
})

describe('proposals in last words', () => {
  it('are blocks whose first line is the title', () => {
    const words = [
      'I have read it all.\r\n',
      '--- proposal ---\r\nTitle: Close the file\r\n\r\nsrc/a.ts:\n```\nopen()\n```\n--- end ---\r\n',
      '--- proposal ---\n## Test the parser\n--- end ---',
      '--- proposal ---\n\n--- end ---',
      '--- proposal ---\nThis one has no end',
    ]
    expect(proposalsIn(words.join('\n'))).toEqual([
      { title: 'Close the file', description: 'src/a.ts:\n```\nopen()\n```' },
      { title: 'Test the parser', description: '' },
    ])
    expect(proposalsIn('There is nothing to propose.')).toEqual([])
  })

  it('are known by their title, but for case, spaces and punctuation', () => {
    expect(isSameTitle('Close the file!', ' close  THE “file”')).toBe(true)
    expect(isSameTitle('Close the file', 'Close the files')).toBe(false)
  })
})

it('leaves what others file as it was', () => {
  const open = ticketIn('leased')
  const lost = decide(open, { type: 'lose', attempt: 1, detail: 'It is gone.' }, SWARM)
  expect(lost).toHaveLength(1)
  expect(born(1, decideCreate({ title: 'A' }, PERSON) as never, NOW).createdBy).toBe('alice')
  expect(evolve(open, { type: 'commented', author: 'a', body: 'b' }, NOW)).toBe(open)
})
