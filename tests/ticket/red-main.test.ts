import { describe, expect, it } from 'vitest'
import {
  afterMeeting,
  forgotten,
  type Met,
  metAsWell,
  NOBODY_MET,
  parseMet,
  redQuestion,
  redSentence,
} from '../../src/ticket/red-main.ts'

const meet = (met: Met, id: number, more: { tree?: string; priority?: number; inHand?: number[] } = {}) =>
  afterMeeting(met, more.tree ?? 'red', { id, priority: more.priority ?? 0 }, more.inHand ?? [])

describe('attempts that meet a red main', () => {
  it('let the others go on after the first one, and wait after the second', () => {
    const one = meet(NOBODY_MET, 1)
    expect(one).toMatchObject({ tickets: [1], above: null })
    expect(meet(one, 2)).toMatchObject({ tickets: [1, 2], above: 0 })
    expect(meet(one, 1), 'the same ticket').toMatchObject({ tickets: [1, 1], above: 0 })
  })

  it('are counted anew when main has moved in between', () => {
    expect(meet(meet(NOBODY_MET, 1), 2, { tree: 'also red' })).toMatchObject({
      tree: 'also red',
      tickets: [2],
      above: null,
    })
  })

  it('let through what goes before everything that was in hand when it began', () => {
    const asked = meet(meet(NOBODY_MET, 1, { priority: 3 }), 2, { inHand: [5, 1] })
    expect(asked.above).toBe(5)
    expect(meet(asked, 3, { priority: 5 }).above, 'it was in hand').toBe(5)
    expect(meet(asked, 4, { priority: 6, tree: 'still red' }).above, 'it was let through').toBe(6)
  })

  it('are forgotten when main is green, but not when a person last said to go on', () => {
    const asked = meet(meet(NOBODY_MET, 1), 2)
    expect(forgotten(asked, 77)).toEqual({ ...NOBODY_MET, goneOnAt: 77 })
    expect(forgotten({ ...asked, goneOnAt: 5 }, null)).toEqual({ ...NOBODY_MET, goneOnAt: 5 })
  })

  it('are kept as text', () => {
    const asked = meet(meet(NOBODY_MET, 1), 2)
    expect(parseMet(JSON.stringify(asked))).toEqual(asked)
    expect(parseMet(null)).toEqual(NOBODY_MET)
    expect(() => parseMet('{"tree":1}')).toThrow()
  })
})

describe('a person', () => {
  it('is told what main is red on, in one sentence', () => {
    expect(redSentence([])).toBe('main is red.')
    expect(redSentence(['a'])).toBe('main is red on a.')
    expect(redSentence(['a', 'b', 'c'])).toBe('main is red on a and 2 more.')
    expect(redSentence(['x'.repeat(400)]).length).toBeLessThan(80)
  })

  it('is asked what to do, with the priority that a ticket needs to mend it', () => {
    const { title, description } = redQuestion({ ...NOBODY_MET, tickets: [4, 7, 4], above: 2 }, ['a'])
    expect(title).toBe('main is red on a: fix it with a ticket, or resume?')
    expect(description).toContain('It is red on:\n- a\n')
    expect(description).toContain('Attempts at #4, #7 had no other failures')
    expect(description).toContain('ticket create "Fix main" --priority 3')
    expect(metAsWell(9, { ...NOBODY_MET, above: 3 })).toContain('--priority 4')
  })
})
