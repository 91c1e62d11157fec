import { describe, expect, it } from 'vitest'
import { OUTCOMES, outcomeWords, resolutionWords } from '../../src/ticket/outcomes.ts'
import { RESOLUTIONS } from '../../src/ticket/ticket.ts'

describe('outcomes', () => {
  it('are shown in words, not as they are stored', () => {
    const changed = OUTCOMES.filter((each) => outcomeWords(each) !== each)
    expect(changed.map((each) => `${each} is ${outcomeWords(each)}`)).toEqual([
      'finished is done without landing',
      'bounced is sent back',
      'released is given back',
      'refused is cancelled',
    ])
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
