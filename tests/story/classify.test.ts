import { describe, expect, it } from 'vitest'
import { classify, nothingYet, saw } from '../../src/life/attempt/classify.ts'
import type { ModelNews } from '../../src/ports/gateway.ts'
import type { HarnessEnd, HarnessEvent } from '../../src/ports/harness.ts'
import { failed, well } from './pretended.ts'

const NOW = Date.UTC(2026, 0, 1)
const tool: HarnessEvent = { type: 'tool_start', id: '1', name: 'Bash', input: {} }
const limit = (until: number | null): HarnessEvent => ({ type: 'limit', until })
const text = (text: string): HarnessEvent => ({ type: 'text', text })
const said = (summary: string): HarnessEnd => ({ ...well(), summary }) as HarnessEnd

function ended(
  end: HarnessEnd,
  events: HarnessEvent[] = [],
  news: ModelNews | null = null,
  silence: string | null = null,
) {
  const watched = nothingYet(null)
  for (const event of events) saw(watched, event)
  const {
    ok,
    reason = 'ok',
    until = null,
  } = classify(end, watched, { news, silence, now: NOW }) as HarnessEnd & {
    reason?: string
    until?: number | null
  }
  return ok ? ['ok'] : [reason, until]
}

describe('the end of a run', () => {
  it.each<[string, HarnessEnd, HarnessEvent[], ModelNews | null, unknown[]]>([
    ['that went well', said('Added the button.'), [tool], null, ['ok']],
    [
      'that went well and only speaks of limits',
      said('The rate limit reached is now 5.'),
      [tool],
      null,
      ['ok'],
    ],
    [
      'that calls itself a success and says the limit',
      said('Usage limit reached|1767225720'),
      [],
      null,
      ['usage limit', 1767225720000],
    ],
    [
      'that calls itself a success after a limit event',
      said(''),
      [limit(NOW + 5)],
      null,
      ['usage limit', NOW + 5],
    ],
    [
      'a limit that the harness names',
      failed('usage limit', 'Used up.', { until: NOW + 9 }),
      [],
      null,
      ['usage limit', NOW + 9],
    ],
    [
      'a limit whose end only an event told',
      failed('usage limit', 'Used up.'),
      [limit(NOW + 7)],
      null,
      ['usage limit', NOW + 7],
    ],
    [
      'a limit whose end only the words tell',
      failed('usage limit', 'Try again in 1 hour'),
      [],
      null,
      ['usage limit', NOW + 3_600_000],
    ],
    [
      'exit 1 after a limit event',
      failed('harness crash', 'exit 1'),
      [limit(null)],
      null,
      ['usage limit', null],
    ],
    [
      'exit 1 with the limit in its words',
      failed('harness crash', "You've hit your limit, try again in 1 hour"),
      [],
      null,
      ['usage limit', NOW + 3_600_000],
    ],
    [
      'exit 1 with the limit in its last text',
      failed('harness crash', 'exit 1'),
      [text('Quota exceeded')],
      null,
      ['usage limit', null],
    ],
    [
      'a first request that is too long is the ticket that is',
      failed('too long', 'Prompt is too long.'),
      [text('Prompt is too long.')],
      null,
      ['too long', null],
    ],
    [
      'a session that has grown too long by its work is not',
      failed('too long', 'Prompt is too long.'),
      [tool],
      null,
      ['turn limit', null],
    ],
    ['a turn limit is no usage limit', failed('turn limit', 'Max turns'), [], null, ['turn limit', null]],
    [
      'a crash is a crash',
      failed('harness crash', 'Segmentation fault'),
      [tool],
      null,
      ['harness crash', null],
    ],
  ])('%s', (_, end, events, news, expected) => expect(ended(end, events, news)).toEqual(expected))

  it('is first of all what the gateway saw on the wire', () => {
    const news: ModelNews = { kind: 'login expired', sentence: 'Refused (401).', until: null }
    expect(ended(failed('harness crash', 'exit 1'), [limit(NOW)], news)).toEqual(['login expired', null])
    expect(ended(said('Done.'), [tool], news), 'what went well went well').toEqual(['ok'])
  })

  it('is the model’s when it stood still while that gave no answer, and its own otherwise', () => {
    const silence = 'The model has not answered the last 2 requests, since 16:05.'
    expect(ended(failed('hang'), [tool], null, silence)).toEqual(['overloaded', null])
    expect(ended(failed('hang'), [tool])).toEqual(['hang', null])
    expect(ended(failed('gate red'), [tool], null, silence)).toEqual(['gate red', null])
    expect(ended(said('Done.'), [tool], null, silence)).toEqual(['ok'])
  })
})
