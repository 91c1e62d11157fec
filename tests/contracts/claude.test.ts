import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type ClaudeOptions, claudeHarness } from '../../src/harnesses/claude/claude.ts'
import { readLine } from '../../src/harnesses/claude/lines.ts'
import { eventsOf } from '../../src/harnesses/claude/run.ts'
import type { HarnessEnd, HarnessEvent, HarnessTask } from '../../src/ports/harness.ts'
import type { ExecOptions, ExecResult } from '../../src/ports/sandbox.ts'
import { type Message, placeOf, type Scenario, turnsOf } from '../model/scenario.ts'
import { timersByHand } from './harness.ts'
import { pretendSandbox } from './pretend-sandbox.ts'

/** Recorded from Claude Code 2.1.330 against tests/model, what nobody reads left out. */
const sample = (name: string) =>
  readFileSync(new URL(`../samples/claude-${name}.jsonl`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')

describe('a line of Claude Code', () => {
  it('becomes events', () => {
    const events = sample('edit').flatMap((line) => eventsOf(readLine(line)))
    expect(events).toMatchInlineSnapshot(`
      [
        {
          "id": "11111111-2222-4333-8444-555555555555",
          "model": "claude-opus-5-5",
          "type": "session",
        },
        {
          "text": "I will write.",
          "type": "text",
        },
        {
          "id": "toolu_9c0358f375e14c81943f50dc",
          "input": {
            "content": "hello",
            "file_path": "hello.txt",
          },
          "name": "Write",
          "type": "tool_start",
        },
        {
          "failed": false,
          "id": "toolu_9c0358f375e14c81943f50dc",
          "output": "File created successfully at: hello.txt (file state is current in your context — no need to Read it back)",
          "type": "tool_end",
        },
        {
          "id": "toolu_cfe275b2b550471b966f8973",
          "input": {
            "command": "cat none.txt",
            "description": "As scripted",
          },
          "name": "Bash",
          "type": "tool_start",
        },
        {
          "failed": true,
          "id": "toolu_cfe275b2b550471b966f8973",
          "output": "Exit code 1
      cat: none.txt: No such file or directory",
          "type": "tool_end",
        },
        {
          "text": "All done.",
          "type": "text",
        },
      ]
    `)
  })

  it.each([
    ['{"type":"hologram","n":1}', { type: 'hologram', n: 1 }],
    ['{"type":"system","subtype":"hologram"}', { type: 'system', subtype: 'hologram' }],
    ['{"type":"assistant","message":"of another shape"}', { type: 'assistant', message: 'of another shape' }],
    ['{"type":"result"}', { type: 'result' }],
    ['{"type":"assistant","mess', '{"type":"assistant","mess'],
    ['warning: not JSON', 'warning: not JSON'],
    ['[1]', [1]],
    ['', ''],
  ])('is kept when nobody knows it: %s', (line, raw) => {
    expect(eventsOf(readLine(line))).toEqual([{ type: 'other', raw }])
  })

  it.each([
    '{"type":"rate_limit_event","rate_limit_info":{"status":"allowed"}}',
    '{"type":"system","subtype":"vcs_state_changed","kind":"push","cwd":"/workspace"}',
    '{"type":"system","subtype":"task_started","task_id":"b2","description":"As scripted"}',
    '{"type":"system","subtype":"task_notification","task_id":"b2","status":"completed"}',
  ])('is only a sign of life when other lines say the same: %s', (line) => {
    expect(eventsOf(readLine(line))).toEqual([])
  })

  it.each([
    [{ type: 'user', message: { role: 'user', content: '[interrupted]' } }, '[interrupted]'],
    [{ type: 'user', message: { content: [{ type: 'text', text: 'Look for it.' }] } }, 'Look for it.'],
    [
      { type: 'system', subtype: 'model_fallback', content: 'Switched to another model.' },
      'Switched to another model.',
    ],
    [{ type: 'system', subtype: 'permission_denied', message: 'Not allowed.' }, 'Not allowed.'],
    [
      { type: 'system', subtype: 'compact_boundary', compact_metadata: { trigger: 'auto' } },
      'Claude Code compacted the conversation to free context.',
    ],
  ])('is kept with what it says for people: %j', (raw, says) => {
    expect(eventsOf(readLine(JSON.stringify(raw)))).toEqual([{ type: 'other', raw, says }])
  })

  it('gives what is wrong with a call without its tag', () => {
    const content = [
      {
        type: 'tool_result',
        tool_use_id: 't',
        is_error: true,
        content: '<tool_use_error>No.</tool_use_error>',
      },
    ]
    expect(eventsOf(readLine(JSON.stringify({ type: 'user', message: { content } })))).toEqual([
      { type: 'tool_end', id: 't', output: 'No.', failed: true },
    ])
  })

  it('is no limit while the overage pays', () => {
    const limit = (more: object) =>
      eventsOf(
        readLine(
          JSON.stringify({ type: 'rate_limit_event', rate_limit_info: { status: 'rejected', ...more } }),
        ),
      )
    expect(limit({ isUsingOverage: true })).toMatchObject([
      { type: 'other', says: 'The account has reached its limit. Further use is billed.' },
    ])
    expect(limit({ isUsingOverage: false, resetsAt: 1_900_000_000 })).toEqual([
      { type: 'limit', until: 1_900_000_000_000 },
    ])
    expect(limit({})).toEqual([{ type: 'limit', until: null }])
  })
})

const ENDED: ExecResult = { exit: 1, signal: null, timedOut: false, output: '', cut: [], outOfMemory: null }

interface Called {
  command: string[]
  options: ExecOptions
  files: Record<string, string>
}

/** Runs the harness with a program that prints `lines`. */
async function run(
  lines: string[],
  {
    ended = ENDED,
    task = {},
    ...more
  }: Partial<ClaudeOptions> & { ended?: ExecResult; task?: Partial<HarnessTask> } = {},
) {
  const called: Called = { command: [], options: { signal: new AbortController().signal }, files: {} }
  const sandbox = pretendSandbox({
    write: async (path, content) => {
      called.files[path] = String(content)
    },
    exec: async (command, options) => {
      Object.assign(called, { command, options })
      for (const line of lines) if (!options.signal.aborted) options.onLine?.(line, 'stdout')
      return ended
    },
  })
  const events: HarnessEvent[] = []
  const harness = claudeHarness({ ...OPTIONS, ...more })
  const end = await harness.run({ ...TASK, sandbox, emit: (event) => void events.push(event), ...task })
  return { end, events, called, harness }
}

const OPTIONS: ClaudeOptions = {
  ...{ program: 'claude', env: { ANTHROPIC_API_KEY: 'key' }, model: null, maxTurns: 50 },
  ...{ allowedTools: ['Bash(git *)', 'Bash(npm *)', 'Read', 'mcp__x__y'], extraArgs: [], hangMs: 1000 },
}

const TASK: Omit<HarnessTask, 'sandbox' | 'emit'> = {
  manual: 'Be good.',
  prompt: 'Do it.',
  occasion: 'start',
  access: 'change',
  ticket: { id: 1, title: 'A test', description: null },
  attempt: 1,
  session: null,
  signal: new AbortController().signal,
}

describe('a run of Claude Code', () => {
  it('is told how to behave', async () => {
    const { called } = await run(sample('edit'), { model: 'opus', extraArgs: ['--effort', 'high'] })
    const command = called.command.map((word) => (/^[0-9a-f-]{36}$/.test(word) ? 'UUID' : word))
    expect(command.join(' ')).toMatchInlineSnapshot(
      `"claude --system-prompt-snapshot off -p --output-format stream-json --verbose --include-partial-messages --session-id UUID --max-turns 50 --setting-sources user --strict-mcp-config --append-system-prompt Be good. --model opus --allowedTools Bash(git *),Bash(npm *),Read,mcp__x__y --tools Bash,Read --effort high"`,
    )
    const reading = await run(sample('edit'), {
      task: { access: 'read' },
      extraArgs: ['--tools', 'Bash'],
    })
    expect(reading.called.command.slice(-6)).toEqual([
      ...['--tools', 'Bash'],
      ...['--allowedTools', 'Read,Glob,Grep', '--tools', 'Read,Glob,Grep'],
    ])
    expect(called.options).toMatchObject({ stdin: 'Do it.', env: { ANTHROPIC_API_KEY: 'key' } })
    expect(called.files).toEqual({
      '/home/agent/.claude/CLAUDE.md': '@/workspace/CLAUDE.md\n@/workspace/AGENTS.md\n',
    })
  })

  it('ends well with what it used', async () => {
    const { end, events } = await run(sample('edit'))
    expect(end).toEqual({
      ok: true,
      session: '11111111-2222-4333-8444-555555555555',
      summary: 'All done.',
      usage: {
        ...{ inputTokens: 16484, outputTokens: 85, cacheReadTokens: 0, cacheWriteTokens: 0 },
        ...{ turns: 3, costUsd: 0.067636 },
      },
    })
    expect(events.at(-1)).toEqual({ type: 'usage', usage: end.usage })
  })

  it('counts only itself when it goes on in a session', async () => {
    const session = '11111111-2222-4333-8444-555555555555'
    const { end, called } = await run(sample('resume'), { task: { session } })
    expect(end.usage).toMatchObject({ inputTokens: 5618, outputTokens: 9, turns: 1, costUsd: 0.022652 })
    expect(called.command).toEqual(expect.arrayContaining(['--resume', session]))
    expect(called.files).toEqual({})
  })

  it('subtracts what the session had cost, for versions that only tell the total', async () => {
    const older = (name: string) =>
      sample(name).map((line) => line.replace('model_usage_since_last_result', 'x'))
    const session = '11111111-2222-4333-8444-555555555555'
    const { harness, end } = await run(older('edit'))
    expect(end.usage).toMatchObject({ inputTokens: 16484, costUsd: 0.067636 })
    const known = await resumed(harness, older('resume'), session)
    expect(known.usage).toMatchObject({ inputTokens: 5618, costUsd: expect.closeTo(0.022652) })
    const unknown = await run(older('resume'), { task: { session } })
    expect(unknown.end.usage).toMatchObject({ inputTokens: 5618, costUsd: null })
  })

  it('knows what a killed run had used, but not its cost', async () => {
    const { end } = await run(sample('edit').slice(0, -1), {
      ended: { ...ENDED, exit: null, signal: 'SIGKILL' },
    })
    expect(end).toMatchObject({
      ...{
        ok: false,
        reason: 'harness crash',
        detail: 'Claude Code was killed by SIGKILL before it gave a result.',
      },
      usage: { inputTokens: 16484, outputTokens: 85, turns: 3, costUsd: null },
    })
  })
})

async function resumed(harness: ReturnType<typeof claudeHarness>, lines: string[], session: string) {
  const sandbox = pretendSandbox({
    exec: async (_, { onLine }) => {
      for (const line of lines) onLine?.(line, 'stdout')
      return ENDED
    },
  })
  return harness.run({ ...TASK, sandbox, session, emit: () => {} })
}

describe('a run of Claude Code that fails', () => {
  const failed = async (...args: Parameters<typeof run>) => {
    const { end } = await run(...args)
    return end as Extract<HarnessEnd, { ok: false }>
  }

  it.each([
    ['turns', 'turn limit', 'Claude Code used up its turns: Reached maximum number of turns (1).', null],
    ['context', 'too long', 'Prompt is too long · the request is ~210000 tokens', null],
    ['budget', 'budget', 'Claude Code used up its budget: Reached maximum budget ($0.00001).', null],
    ['limit', 'usage limit', "The account has reached its limit: You've hit your limit", 1_900_000_000_000],
    ['rate', 'usage limit', 'The account has reached its limit: API Error: Request rejected (429)', null],
    ['refused', 'login expired', 'Claude Code is not logged in: set ANTHROPIC_API_KEY', null],
    ['no-login', 'login expired', 'Not logged in · Please run /login. Claude Code is not logged in', null],
    ['overloaded', 'overloaded', 'The model cannot be reached: API Error: 529', null],
    ['declined', 'refusal', "The model refused this: API Error: Opus 5.5's safeguards flagged this", null],
    ['long-answer', 'turn limit', "One answer was too long: API Error: Claude's response exceeded", null],
  ] as const)('says why: %s', async (name, reason, detail, until) => {
    expect(await failed(sample(name))).toMatchObject({ ok: false, reason, until })
    expect((await failed(sample(name))).detail).toContain(detail)
  })

  it.each([
    [{ status: 401, text: 'Failed to authenticate.' }, 'login expired', null],
    [{ status: 400, text: 'Your credit balance is too low' }, 'login expired', null],
    [{ status: 500, text: 'API Error: 500' }, 'overloaded', null],
    [{ status: null, text: 'API Error: Connection refused' }, 'overloaded', null],
    [{ status: 404, text: 'There is an issue with the selected model' }, 'infrastructure', null],
    [{ status: 400, text: 'Something else' }, 'refusal', null],
    [{ status: 413, text: 'Request too large' }, 'too long', null],
    [
      { status: 400, text: 'API Error: 400 prompt is too long: 210000 tokens > 200000 maximum' },
      'too long',
      null,
    ],
    [{ status: 400, text: 'This organization has been disabled.' }, 'login expired', null],
    [{ status: null, text: 'Your organization is out of usage credits.' }, 'login expired', null],
    [
      { status: null, text: 'Opus with 1M context is not available for your account.' },
      'login expired',
      null,
    ],
    [{ status: 429, text: 'You’ve hit your monthly spend limit.' }, 'login expired', null],
    [{ status: 400, text: 'Claude AI usage limit reached|1900000000' }, 'usage limit', 1_900_000_000_000],
  ] as const)('knows an error of the API: %j', async ({ status, text }, reason, until) => {
    const result = {
      ...{ type: 'result', subtype: 'success', is_error: true, terminal_reason: 'api_error' },
      ...{ api_error_status: status, result: text },
    }
    expect(await failed([JSON.stringify(result)])).toMatchObject({ reason, until })
  })

  it('is ended at the first refused login', async () => {
    const { end, events } = await run(sample('refused'))
    expect(end).toMatchObject({ ok: false, reason: 'login expired' })
    expect(events.filter(({ type }) => type === 'retry')).toEqual([
      { type: 'retry', error: 'authentication_failed (401)' },
    ])
  })

  it('does without what an older version does not know', async () => {
    const tried: string[][] = []
    const sandbox = pretendSandbox({
      exec: async (command, { onLine }) => {
        tried.push(command)
        if (command.includes('--system-prompt-snapshot'))
          return { ...ENDED, exit: 1, output: "error: unknown option '--system-prompt-snapshot'\n" }
        for (const line of sample('edit')) onLine?.(line, 'stdout')
        return ENDED
      },
    })
    const end = await claudeHarness(OPTIONS).run({ ...TASK, sandbox, emit: () => {} })
    expect(end).toMatchObject({ ok: true })
    expect(tried).toHaveLength(2)
  })

  it('says what to install when the program is missing', async () => {
    const end = await failed([], { ended: { ...ENDED, exit: 127 } })
    expect(end).toMatchObject({
      reason: 'infrastructure',
      detail: expect.stringContaining('SWARM_CLAUDE_BIN'),
    })
  })

  it('charges nobody with a result that could not be read', async () => {
    const end = await failed([], { ended: { ...ENDED, exit: 0, cut: ['stdout'] } })
    expect(end).toMatchObject({
      reason: 'infrastructure',
      detail: expect.stringContaining('Claude Code ended, but what it said last could not be read'),
    })
  })

  it('tells the last words of a program that ended without a result', async () => {
    const output = '{"type":"system"}\nerror: unknown option --tools\n'
    const end = await failed([], { ended: { ...ENDED, output } })
    expect(end).toMatchObject({
      reason: 'harness crash',
      detail: 'Claude Code ended with exit 1 before it gave a result: error: unknown option --tools.',
    })
  })

  it('keeps the watchdog at rest while a tool runs, and at the end', async () => {
    const { setTimer, elapse } = timersByHand()
    const untilTool = sample('edit').findIndex((line) => line.includes('"type":"tool_use"')) + 1
    const lines = sample('edit')
    const seen: string[] = []
    const sandbox = pretendSandbox({
      exec: async (_, { onLine, signal }) => {
        for (const line of lines.slice(0, untilTool + 3)) onLine?.(line, 'stdout')
        elapse()
        seen.push(`while a tool runs: ${signal.aborted}`)
        for (const line of lines.slice(untilTool + 3)) onLine?.(line, 'stdout')
        elapse()
        seen.push(`after it: ${signal.aborted}`)
        return ENDED
      },
    })
    await claudeHarness({ ...OPTIONS, setTimer }).run({ ...TASK, sandbox, emit: () => {} })
    expect(seen).toEqual(['while a tool runs: false', 'after it: true'])
  })
})

describe('the scripted model of the tests', () => {
  const said = (content: Message['content']): Message => ({ role: 'user', content })
  const answered: Message = { role: 'assistant', content: 'ok' }
  const result = said([{ type: 'tool_result' }])
  const reminder = { type: 'text', text: '<system-reminder>[[scenario:other]]</system-reminder>' }

  it('finds its place in a conversation', () => {
    const first = said([reminder, { type: 'text', text: 'Do it. [[scenario:one]]' }])
    expect(placeOf([said('hello')])).toBeNull()
    expect(placeOf([first])).toMatchObject({ name: 'one', prompt: 0, turn: 0 })
    expect(placeOf([first, answered, result, answered, result])).toMatchObject({ prompt: 0, turn: 2 })
    const asked = [first, answered, result, answered, said('The gate is red.')]
    expect(placeOf(asked)).toMatchObject({ name: 'one', prompt: 1, turn: 0, says: 'The gate is red.' })
    expect(placeOf([...asked, answered])).toMatchObject({ prompt: 1, turn: 1 })
  })

  it('answers by what the prompt says, else by its number', () => {
    const turns = (text: string) => [{ text }]
    const scenario: Scenario = {
      prompts: [
        { turns: turns('first') },
        { says: 'is red', turns: turns('mended') },
        { turns: turns('second') },
      ],
    }
    const at = (prompt: number, says: string) =>
      turnsOf(scenario, { name: 'one', prompt, turn: 0, says })[0]?.text
    expect(at(0, 'Go.')).toBe('first')
    expect(at(0, 'The gate is red.')).toBe('mended')
    expect(at(1, 'Go on.')).toBe('second')
    expect(at(7, 'Go on.')).toBe('second')
  })
})
