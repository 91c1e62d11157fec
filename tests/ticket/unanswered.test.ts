import { expect, it } from 'vitest'
import { isNoAnswer, unansweredSentence } from '../../src/ticket/unanswered.ts'

it.each([
  [[500], 14, 'The model has answered 500 to the last 14 requests, since 16:05.'],
  [[529], 1, 'The model has answered 529 to the last request, since 16:05.'],
  [[500, 503], 3, 'The model has answered 500 or 503 to the last 3 requests, since 16:05.'],
  [[null, 500], 3, 'The model has answered 500 or nothing to the last 3 requests, since 16:05.'],
  [[null], 2, 'The model has not answered the last 2 requests, since 16:05.'],
  [[null], 1, 'The model has not answered the last request, since 16:05.'],
])('says what a model gave instead of answers: %j', (gave, requests, words) =>
  expect(unansweredSentence({ requests, gave, since: 0 }, () => '16:05')).toBe(words),
)

it.each([
  [200, false],
  [400, false],
  [401, false],
  [429, true],
  [500, true],
  [502, true],
  [503, true],
  [529, true],
])('takes %s for no answer: %s', (status, is) => expect(isNoAnswer(status)).toBe(is))
