import { describe, expect, it } from 'vitest'
import { isUnusable, limitIn, resetIn } from '../../src/ticket/limits.ts'

const NOW = Date.UTC(2026, 0, 31, 14, 20, 30)
const iso = (time: number | null | undefined) => (time == null ? null : new Date(time).toISOString())

describe('a usage limit in words', () => {
  it.each([
    ['Claude AI usage limit reached|1769900400', '2026-01-31T23:00:00.000Z'],
    ["You've hit your limit · resets 3pm (UTC)", '2026-01-31T15:00:00.000Z'],
    ["You've hit your session limit · resets 10:30am (UTC)", '2026-02-01T10:30:00.000Z'],
    ['5-hour limit reached ∙ resets 7pm (Europe/Berlin)', '2026-01-31T18:00:00.000Z'],
    ['Weekly limit reached. Try again in 2 days 3 hours.', '2026-02-02T17:20:30.000Z'],
    ["You've hit your usage limit. Try again at 10:30 PM.", '2026-01-31T22:30:00.000Z'],
    ['You have exhausted your capacity. Quota exceeded, reset after 3h22m10s', '2026-01-31T17:42:40.000Z'],
    ['429: You exceeded your current quota. Please retry in 34.07s.', '2026-01-31T14:21:04.070Z'],
    ['usage_limit_reached: until 2026-02-01T00:00:00Z', '2026-02-01T00:00:00.000Z'],
    [
      'You have reached your specified API usage limits. You will regain access on 2026-02-01 at 00:00 UTC.',
      '2026-02-01T00:00:00.000Z',
    ],
    ['You have reached your specified workspace API usage limits.', null],
    ['Usage limit has been reached.', null],
    ['usage limit reached, resets 25pm (Nowhere/Atlantis)', null],
  ])('%s', (text, until) => {
    const limit = limitIn(text, NOW)
    expect(limit).not.toBeNull()
    expect(iso(limit?.until)).toBe(until)
  })

  it.each([
    'I raised the rate limit of the API to 100 requests.',
    'Added a limit to the list of users.',
    'The test "reaches the limit" is green now.',
    'Error: timeout of 2000ms exceeded',
    '',
  ])('is not in: %s', (text) => expect(limitIn(text, NOW)).toBeNull())

  it('takes the next such time of day, never one that has passed', () => {
    expect(iso(resetIn('resets 2pm (UTC)', NOW))).toBe('2026-02-01T14:00:00.000Z')
    expect(iso(resetIn('resets 12am (UTC)', NOW))).toBe('2026-02-01T00:00:00.000Z')
    expect(iso(resetIn('resets 12pm (UTC)', NOW))).toBe('2026-02-01T12:00:00.000Z')
  })
})

describe('an account that only a person can make usable again', () => {
  it.each([
    ' Your organization is out of usage credits.',
    ' You’re out of usage credits.',
    "You're out of extra usage · resets 3pm (UTC)",
    ' You’ve hit your monthly spend limit.',
    'Your credit balance is too low to access the Anthropic API.',
    'This organization has been disabled.',
    'Opus with 1M context is not available for your account.',
    'The long context beta is not yet available for this subscription.',
    'Fable 5 requires usage credits',
    'Extra usage is required for long context requests.',
    'API Error: Usage credits required for 1M context · turn on usage credits',
    "You've hit your org's monthly spend limit · your 5-hour limit resets 3pm (UTC)",
    'Your org is out of usage · add funds to continue',
    "Your seat type doesn't include usage credits",
    'Your seat type doesn’t include extra usage',
    'Your usage allocation has been disabled by your admin · ask your admin for a higher limit',
    "Your group's usage limit is set to $0 · ask your admin for a higher limit",
    'This service is disabled for your org',
  ])('%s', (text) => {
    expect(isUnusable(text)).toBe(true)
    expect(limitIn(text, NOW)).toBeNull()
  })

  it.each(['I disabled the organization view.', 'The credit note is printed.', 'Add a spend report.'])(
    'is not in: %s',
    (text) => expect(isUnusable(text)).toBe(false),
  )
})
