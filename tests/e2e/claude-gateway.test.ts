/** The real Claude Code behind the gateway: what it makes of limits, of what is refused, and of a budget. */
import { resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { upstreamOf } from '../../src/gateway/model/upstream.ts'
import { claudeHarness } from '../../src/harnesses/claude/claude.ts'
import { classify, nothingYet, saw } from '../../src/life/attempt/classify.ts'
import type { HarnessEvent } from '../../src/ports/harness.ts'
import type { Sandbox } from '../../src/ports/sandbox.ts'
import { costOf, priceList } from '../../src/ticket/prices.ts'
import { type Opened, openedWith } from '../contracts/gateway.ts'
import { openSandbox } from '../contracts/harness-sandbox.ts'
import type { Call, Fault, Scenario, Turn } from '../model/scenario.ts'
import { type ModelRequest, type ModelServer, modelServer } from '../model/server.ts'

const PROGRAM = resolve('.cache/harnesses/node_modules/.bin/claude')
const PRICES = priceList([])

let model: ModelServer
let sandbox: Sandbox

beforeAll(async () => {
  model = await modelServer()
})
afterAll(() => model.close())
beforeEach(async () => {
  sandbox = await openSandbox()
})
afterEach(() => sandbox.close())

interface Wanted {
  /** How it reaches the model; null: by a login of its own, past the gateway. */
  on: Opened | null
  env?: Record<string, string>
  tools?: string[]
}

const behind = (more: { budget?: number } = {}) =>
  openedWith({
    upstream: upstreamOf({ kind: 'api key', secret: 'sk-ant-test', baseUrl: model.url }),
    budget: () => more.budget ?? null,
  })

/** One turn of work, and what the swarm makes of its end. */
async function run(scenarios: Record<string, Turn[]>, { on, env = {}, tools = ['Bash', 'Read'] }: Wanted) {
  model.requests.length = 0
  for (const [name, turns] of Object.entries(scenarios)) model.scenarios[name] = once(turns)
  const login = { ANTHROPIC_BASE_URL: model.url, CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-test' }
  const [events, watched] = [[] as HarnessEvent[], nothingYet(null)]
  const ran = await claudeHarness({
    ...{ program: PROGRAM, model: 'claude-opus-4-5', maxTurns: 20, allowedTools: tools, extraArgs: [] },
    env: { ...(on ? on.env : login), CLAUDE_CODE_MAX_RETRIES: '2', ...env },
    hangMs: 120_000,
  }).run({
    ...{ sandbox, manual: 'You are agent-1.', prompt: '[[scenario:main]] Go.', occasion: 'start' },
    ...{ access: 'change', attempt: 1, session: null },
    ticket: { id: 1, title: 'A test', description: null },
    emit: (event) => {
      events.push(event)
      saw(watched, event)
    },
    signal: new AbortController().signal,
  })
  const now = Date.now()
  return { end: classify(ran, watched, { news: on?.news() ?? null, silence: null, now }), ran, events }
}

const once = (turns: Turn[]): Scenario => ({ prompts: [{ turns }] })

const HOUR = 3_600_000
const RESETS = Math.floor(Date.now() / HOUR) * HOUR + 3 * HOUR

/** As a subscription is told that it is used up. */
const usedUp = (why: string, by = 'five_hour'): Fault => ({
  ...{ kind: 'status', status: 429, says: "This request would exceed your account's rate limit." },
  headers: {
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-ratelimit-unified-reset': String(RESETS / 1000),
    'anthropic-ratelimit-unified-representative-claim': by,
    'anthropic-ratelimit-unified-overage-status': 'rejected',
    'anthropic-ratelimit-unified-overage-disabled-reason': why,
    'retry-after': '3600',
  },
})
const status = (status: 400 | 403 | 429, says: string): Fault => ({ kind: 'status', status, says })

const REGAIN = new Date(RESETS).toISOString().slice(0, 16).replace('T', ' at ')
const LONG_CONTEXT = 'Extra usage is required for long context requests.'
const SPECIFIED = `You have reached your specified API usage limits. You will regain access on ${REGAIN} UTC.`

/** What the other side says, the class, and what a person reads of it. */
type Row = [what: string, fault: Fault, reason: 'login expired' | 'usage limit', told: string]

it.each<Row>([
  ['no credits', status(400, 'Your credit balance is too low.'), 'login expired', 'redit balance is too low'],
  ['no extra usage', status(400, "You're out of extra usage."), 'login expired', 'out of extra usage'],
  [
    'an organization that is disabled',
    status(400, 'This organization has been disabled.'),
    'login expired',
    'organization has been disabled',
  ],
  [
    'a limit that its owner has set',
    status(400, SPECIFIED),
    'usage limit',
    'your specified API usage limits',
  ],
  [
    'no extra usage for a long context',
    status(429, LONG_CONTEXT),
    'login expired',
    LONG_CONTEXT.slice(0, -1),
  ],
  ['a limit for some hours', usedUp('out_of_credits'), 'usage limit', "exceed your account's rate limit"],
])('tells an account with %s by what comes through the gateway', async (_, fault, reason, told) => {
  const { end } = await run({ main: [{ fault }] }, { on: await behind() })
  expect(end).toMatchObject({ ok: false, reason, detail: expect.stringContaining(told) })
  expect(end).toMatchObject({ until: reason === 'usage limit' ? RESETS : null })
})

it.each<Row>([
  ['a long context', status(429, LONG_CONTEXT), 'login expired', 'Usage credits required for 1M context'],
  [
    'the spend limit',
    usedUp('org_level_disabled_until'),
    'login expired',
    "You've hit your org's monthly spend limit",
  ],
  [
    'the seat',
    usedUp('seat_tier_level_disabled', 'overage'),
    'login expired',
    "Your seat type doesn't include usage credits",
  ],
  ['credits', usedUp('out_of_credits', 'overage'), 'login expired', "You're out of usage credits"],
  [
    'an allocation',
    usedUp('member_level_disabled', 'overage'),
    'login expired',
    'Your usage allocation has been disabled by your admin',
  ],
  ['some hours', usedUp('out_of_credits'), 'usage limit', "You've hit your 5-hour limit"],
])('knows the words of Claude Code itself: %s', async (_, fault, reason, told) => {
  const { end } = await run({ main: [{ fault }] }, { on: null })
  expect(end).toMatchObject({ ok: false, reason, detail: expect.stringContaining(told) })
  expect(end).toMatchObject({ until: reason === 'usage limit' ? RESETS : null })
})

describe('what the provider would do past the sandbox', () => {
  const extra = (body: object) => ({ CLAUDE_CODE_EXTRA_BODY: JSON.stringify(body) })
  const server = { type: 'url', url: 'https://evil.example', name: 'evil' }

  it.each<[string, object, string]>([
    ['MCP servers', { mcp_servers: [server] }, 'call MCP servers'],
    [
      'a tool that runs code',
      { tools: [{ type: 'code_execution_20250825', name: 'code_execution' }] },
      'run code',
    ],
    [
      'a tool that fetches pages',
      { tools: [{ type: 'web_fetch_20250910', name: 'web_fetch' }] },
      'fetch web pages',
    ],
  ])('is refused, and its run ends with a reason that can be read: %s', async (_, body, what) => {
    const on = await behind()
    const { end } = await run({ main: [{ text: 'Never.' }] }, { on, env: extra(body) })
    const sentence = `The request asks the model's provider to ${what}, which would go past the sandbox.`
    expect(end).toMatchObject({ ok: false, reason: 'refusal', detail: expect.stringContaining(sentence) })
    expect(on.sentences()[0]).toContain(sentence)
    expect(model.requests.filter(({ path }) => path === '/v1/messages')).toEqual([])
  })

  it('is refused when a tool of Claude Code asks for it, which reads why and goes on', async () => {
    const on = await behind()
    const call: Call = { name: 'WebSearch', input: { query: 'the secret' } }
    const { end, events } = await run(
      { main: [{ call }, { text: 'Without it, then.' }] },
      { on, tools: ['Read', 'WebSearch'] },
    )
    expect(end).toMatchObject({ ok: true, summary: 'Without it, then.' })
    const sentence =
      "The request asks the model's provider to search the web, which would go past the sandbox."
    expect(on.sentences()[0]).toContain(sentence)
    const ends = events.flatMap((event) => (event.type === 'tool_end' ? [event.output] : []))
    expect(ends).toEqual([expect.stringContaining(sentence)])
    expect(JSON.stringify(model.requests)).not.toContain('web_search_2')
  })

  it('is refused to the shell of its agent, too, in the form in which the model tells errors', async () => {
    const on = await behind()
    const asks = `fetch(process.env.SWARM_API.replace(/agent$/, 'model/v1/messages'), { method: 'POST', headers: { authorization: 'Bearer ' + process.env.SWARM_TOKEN }, body: JSON.stringify({ model: 'claude-opus-4-5', max_tokens: 10, messages: [], mcp_servers: [${JSON.stringify(server)}] }) }).then((got) => got.text()).then(console.log)`
    const { end, events } = await run(
      { main: [{ bash: `node -e "${asks.replaceAll('"', '\\"')}"` }, { text: 'I cannot.' }] },
      { on },
    )
    expect(end).toMatchObject({ ok: true, summary: 'I cannot.' })
    const told = events.flatMap((event) => (event.type === 'tool_end' ? [event.output] : [])).join()
    const message = expect.stringContaining(
      "asks the model's provider to call MCP servers, which would go past the sandbox",
    )
    expect(JSON.parse(told)).toEqual({ type: 'error', error: { type: 'invalid_request_error', message } })
  })
})

describe('a budget', () => {
  const BUDGET = 0.3
  const asked = () => model.requests.filter(({ path }) => path === '/v1/messages')
  /** Each as dear as the gateway fears when it is not told. */
  const costs = (requests: ModelRequest[]) => requests.map(({ inputTokens }) => costIn(inputTokens, 8192))
  const costIn = (inputTokens: number, outputTokens: number) =>
    costOf({ ...NOT_CACHED, model: 'claude-opus-4-5', inputTokens, outputTokens }, PRICES) as number
  const NOT_CACHED = { cacheReadTokens: 0, cacheWriteTokens: 0, cacheHourTokens: 0 }
  const sum = (all: number[]) => all.reduce((total, each) => total + each, 0)

  it.each<[string, Fault, Record<string, string>]>([
    ['is cut before it says what was used', { kind: 'cut' }, {}],
    ['is hung up on', { kind: 'hang' }, { API_TIMEOUT_MS: '1000' }],
  ])('holds when each answer %s', async (_, fault, env) => {
    const on = await behind({ budget: BUDGET })
    const { end } = await run({ main: [{ fault }] }, { on, env: { ...env, CLAUDE_CODE_MAX_RETRIES: '9' } })
    expect(end).toMatchObject({ ok: false, reason: 'budget', detail: expect.stringContaining('$0.30') })
    expect(sum(costs(asked()))).toBeLessThanOrEqual(BUDGET + Math.max(...costs(asked())))
    expect(on.usage().costUsd).toBeGreaterThanOrEqual(sum(costs(asked())) - 1e-9)
  })

  it('holds for agents of the agent that ask at once: what is under way counts', async () => {
    const on = await behind({ budget: BUDGET })
    const parts = () => asked().filter(({ scenario }) => scenario === 'part')
    const isRefused = vi.waitUntil(() => on.news()?.kind === 'budget', { timeout: 60_000, interval: 20 })
    const underWay = isRefused.then(() => costs(parts()))
    const calls = Array.from(
      { length: 6 },
      (_, at): Call => ({
        name: 'Agent',
        input: { description: 'Part', prompt: `[[scenario:part]] ${at}`, subagent_type: 'general-purpose' },
      }),
    )
    const scenarios = { main: [{ calls }, { text: 'Done.' }], part: [{ text: 'A part.', after: underWay }] }
    await run(scenarios, { on, tools: ['Agent', 'Read'] })
    const aside = await underWay
    expect(aside.length).toBeGreaterThan(0)
    expect(sum(aside)).toBeLessThanOrEqual(BUDGET + Math.max(...aside))
    expect(on.usage().costUsd).toBeLessThanOrEqual(BUDGET + Math.max(...costs(asked())))
  })
})
