import { describe, expect, it } from 'vitest'
import { OUTCOMES, outcomeWords, resolutionWords } from '../../src/ticket/outcomes.ts'
import { RESOLUTIONS } from '../../src/ticket/ticket.ts'

describe('outcomes', () => {
  it('are shown in words, not as they are stored', () => {
    expect(Object.fromEntries(OUTCOMES.map((each) => [each, outcomeWords(each)]))).toEqual({
      landed: 'landed',
      finished: 'done without landing',
      bounced: 'sent back',
      released: 'given back',
      lost: 'lost',
      refused: 'cancelled',
    })
    expect(outcomeWords(null)).toBe('in progress')
  })

  it('name resolutions of tickets without hyphens and jargon', () => {
    const changed = RESOLUTIONS.filter((each) => resolutionWords(each) !== each)
    expect(changed.map((each) => [each, resolutionWords(each)])).toEqual([
      ['no-change', 'no change needed'],
      ['decomposed', 'split up'],
    ])
  })
})
