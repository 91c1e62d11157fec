/** The lines of a transcript, whoever wrote them and whenever, and the words that people read of them. */
import { describe, expect, it } from 'vitest'
import { readTranscriptLine, type TranscriptEvent } from '../../src/ticket/transcript.ts'
import { aboutOf, wordsOf } from '../../src/ticket/transcript-words.ts'

const usage = {
  inputTokens: 10,
  outputTokens: 2,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  turns: 1,
  costUsd: 0.1,
}
const refused = { type: 'refused', asked: 'CONNECT example.com:443', sentence: 'It is not listed.' } as const
const said = { type: 'other', raw: { type: 'system' }, says: 'Another model goes on.' } as const

/** Every kind, so that a new one has no words unless somebody has thought of some. */
const EACH: Record<TranscriptEvent['type'], TranscriptEvent[]> = {
  prompt: [{ type: 'prompt', text: 'Do #1.\nThen stop.' }],
  session: [{ type: 'session', id: 's' }],
  text: [{ type: 'text', text: 'I look first.' }],
  tool_start: [
    { type: 'tool_start', id: '1', name: 'Bash', input: { command: 'ls\nls', description: 'List' } },
  ],
  tool_end: [
    { type: 'tool_end', id: '1', output: 'a.txt', failed: false },
    { type: 'tool_end', id: '1', output: 'Exit code 1', failed: true },
  ],
  retry: [{ type: 'retry', error: 'overloaded (529)' }],
  limit: [
    { type: 'limit', until: 1000 },
    { type: 'limit', until: null },
  ],
  usage: [{ type: 'usage', usage }],
  stderr: [{ type: 'stderr', text: 'warning: old' }],
  other: [
    said,
    { type: 'other', raw: { type: 'system', subtype: 'hologram', n: 1 } },
    { type: 'other', raw: { n: 1 } },
    { type: 'other', raw: [1] },
    { type: 'other', raw: null },
    { type: 'other', raw: '{"type":"te' },
    { type: 'other', raw: 'not JSON' },
    { type: 'other', raw: '' },
  ],
  refused: (['model', 'egress', 'git', 'agent API'] as const).map((part) => ({ ...refused, part })),
  metered: [{ type: 'metered', usage }],
  news: [{ type: 'news', news: { kind: 'budget', until: null, sentence: 'All is spent.' } }],
  end: [
    { type: 'end', ok: true },
    { type: 'end', ok: false, reason: 'hang', detail: 'It hung.' },
    { type: 'end', ok: false },
  ],
}
const ALL = Object.values(EACH).flat()

const words = (event: TranscriptEvent) => wordsOf(event, (at) => `${at / 1000} s`)

describe('a line of a transcript', () => {
  it.each(ALL)('comes back as it was written: %j', (event) => {
    const line = JSON.stringify({ at: 7, ...event })
    expect(readTranscriptLine(line)).toEqual({ at: 7, event })
  })

  it.each([
    '{"at":7,"type":"hologram","n":1}',
    '{"at":7,"type":"end"}',
    '{"at":7,"type":"usage","usage":{"inputTokens":-1}}',
    '{"at":7,"type":"refused","part":"moon","asked":"x","sentence":"y"}',
    '{"at":7,"type":{"toString":1}}',
  ])('of another version is kept as it is: %s', (line) => {
    const raw = JSON.parse(line)
    expect(readTranscriptLine(line)).toEqual({ at: 7, event: { type: 'other', raw } })
    expect(words(readTranscriptLine(line).event)?.text).toMatch(/^Unknown event/)
  })

  it.each(['', '{"at":7,"type":"text","te', 'null', '[]', '7', '"x"', '\u0000'])(
    'is never too odd: %j',
    (line) => {
      expect(readTranscriptLine(line)).toMatchObject({ at: null, event: { type: 'other' } })
      expect(() => words(readTranscriptLine(line).event)).not.toThrow()
    },
  )
})

it('reads as sentences, each kind of event', () => {
  const told = ALL.map((event) => [event.type, words(event)] as const)
  const lines = told.map(
    ([type, said]) => `${type}: ${said ? `${said.tone}: ${said.text.replace('\n', '⏎')}` : '–'}`,
  )
  expect(`\n${lines.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    prompt: asked: Do #1.⏎Then stop.
    session: –
    text: said: I look first.
    tool_start: call: Bash ls
    tool_end: output: a.txt
    tool_end: failed: Exit code 1
    retry: problem: The model could not be reached, and the request was retried: overloaded (529).
    limit: warning: The account has reached its usage limit, which resets at 1 s.
    limit: warning: The account has reached its usage limit.
    usage: –
    stderr: printed: warning: old
    other: note: Another model goes on.
    other: note: Unknown event: system, hologram.
    other: note: Unknown event.
    other: note: Unknown event.
    other: note: Unknown event.
    other: note: Unknown event.
    other: printed: not JSON
    other: –
    refused: warning: The gateway refused CONNECT example.com:443. It is not listed.
    refused: warning: The gateway refused CONNECT example.com:443. It is not listed.
    refused: warning: The gateway refused CONNECT example.com:443. It is not listed.
    refused: warning: The gateway refused CONNECT example.com:443. It is not listed.
    metered: –
    news: problem: All is spent.
    end: ended: The agent ended its turn.
    end: problem: The agent's turn failed (hang): It hung.
    end: problem: The agent's turn failed.
    "
  `)
})

it.each([
  [{ command: 'npm test\n', description: 'Run' }, 'npm test'],
  [{ todos: [1, 2], isDone: true, at: { x: 1 } }, 'todos: 2 entries, isDone: true, at: 1 fields'],
  [{ command: 7 }, 'command: 7'],
  ['plain', 'plain'],
  [undefined, ''],
  [{}, ''],
  [{ query: 'x'.repeat(500) }, 'x'.repeat(200)],
])('tells a call by what says most: %j', (input, about) => {
  expect(aboutOf(input)).toBe(about)
})
