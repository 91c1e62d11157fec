/** The real Claude Code, driven against a scripted model. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { claudeHarness } from '../../src/harnesses/claude/claude.ts'
import type { HarnessEvent, HarnessTask } from '../../src/ports/harness.ts'
import type { Sandbox } from '../../src/ports/sandbox.ts'
import { type Behaviour, harnessContract, LIMIT_ENDS, timersByHand } from '../contracts/harness.ts'
import { openSandbox } from '../contracts/harness-sandbox.ts'
import type { Scenario } from '../model/scenario.ts'
import { type ModelServer, modelServer } from '../model/server.ts'

const PROGRAM = resolve('.cache/harnesses/node_modules/.bin/claude')
const ALLOWED = ['Bash', 'Read', 'Write', 'Edit', 'Glob', 'Grep']

let model: ModelServer

beforeAll(async () => {
  model = await modelServer()
})
afterAll(() => model.close())

const claude = (env: Record<string, string> = {}, setTimer?: ReturnType<typeof timersByHand>['setTimer']) =>
  claudeHarness({
    ...{ program: PROGRAM, model: null, maxTurns: 20, allowedTools: ALLOWED, extraArgs: [], hangMs: 60_000 },
    env: { ANTHROPIC_BASE_URL: model.url, CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-test', ...env },
    setTimer,
  })

const once = (...turns: Scenario['prompts'][number]['turns']): Scenario => ({ prompts: [{ turns }] })

const BEHAVIOURS: Partial<Record<Behaviour, Scenario>> = {
  'edits a file': {
    prompts: [
      { turns: [{ say: 'I write.', write: { file: 'hello.txt', text: 'hello\n' } }, { text: 'Done.' }] },
      { turns: [{ bash: 'echo again > again.txt' }, { text: 'Done again.' }] },
    ],
  },
  'runs a tool for ever': once({ bash: 'echo $$ > pid; exec tail -f /dev/null' }),
  dies: once({ bash: 'kill -9 $PPID' }),
  'falls silent': once({ fault: { kind: 'hang' } }),
  'reaches the limit': once({ fault: { kind: 'usage limit', resetsAt: LIMIT_ENDS / 1000 } }),
}

harnessContract('claude', {
  make: async (behaviour) => {
    const name = behaviour.replaceAll(' ', '-')
    const scenario = BEHAVIOURS[behaviour]
    if (scenario) model.scenarios[name] = scenario
    const sandbox = await openSandbox()
    const { setTimer, elapse } = timersByHand()
    return {
      harness: claude({}, setTimer),
      sandbox,
      prompt: `[[scenario:${name}]] Go.`,
      ticket: { id: 1, title: 'A test', description: null },
      elapse,
      close: () => sandbox.close(),
    }
  },
  skip: [
    {
      reason: 'the real program cannot be made to print what nobody knows; claude.test.ts reads such lines',
      tests: ['keeps events that it does not know'],
    },
  ],
})

describe('claude, for real', () => {
  let sandbox: Sandbox

  afterEach(() => sandbox.close())

  async function run(
    turns: Scenario['prompts'][number]['turns'],
    more: Partial<HarnessTask> & { env?: Record<string, string> } = {},
  ) {
    model.scenarios.real = once(...turns)
    model.requests.length = 0
    const { env, ...task } = more
    const events: HarnessEvent[] = []
    const end = await claude(env).run({
      sandbox,
      ...{
        manual: 'You are agent-1.',
        prompt: '[[scenario:real]] Go.',
        occasion: 'start',
        access: 'change',
        attempt: 1,
        session: null,
      },
      ticket: { id: 1, title: 'A test', description: null },
      emit: (event) => void events.push(event),
      signal: new AbortController().signal,
      ...task,
    })
    return { end, events, asked: model.requests.filter(({ scenario }) => scenario === 'real') }
  }

  it('reads the instructions of the project but runs none of its settings', async () => {
    const marks = await mkdtemp(join(tmpdir(), 'marks-'))
    const touch = (file: string) => `touch ${join(marks, file)}`
    const hook = (file: string) => [{ hooks: [{ type: 'command', command: touch(file) }] }]
    const settings = {
      env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' },
      apiKeyHelper: `${touch('helped')}; echo key`,
      hooks: { SessionStart: hook('started'), PreToolUse: hook('used') },
    }
    const servers = { mcpServers: { x: { command: 'sh', args: ['-c', touch('served')] } } }
    sandbox = await openSandbox({
      '.claude/settings.json': JSON.stringify(settings),
      '.mcp.json': JSON.stringify(servers),
      'CLAUDE.md': 'Indent with bananas.\n',
      'AGENTS.md': 'Test with cherries.\n',
    })
    const { end, asked } = await run([{ bash: 'true' }, { text: 'Done.' }])
    expect(end.ok).toBe(true)
    expect(await readdir(marks)).toEqual([])
    await rm(marks, { recursive: true })
    const heard = JSON.stringify(asked[0]!.body)
    for (const words of ['bananas', 'cherries', 'You are agent-1.']) expect(heard).toContain(words)
    expect(asked[0]!.body.tools!.map(({ name }) => name)).toEqual(expect.arrayContaining(ALLOWED))
  })

  it.each<[string, Scenario['prompts'][number]['turns'], string]>([
    ['declines', [{ text: '', stop: 'refusal' }], 'refusal'],
    [
      'gives an answer that is too long',
      Array.from({ length: 8 }, () => ({ text: 'On and on', stop: 'max_tokens' as const })),
      'turn limit',
    ],
    [
      'has no room for what it is told at first',
      [
        {
          fault: {
            ...{ kind: 'status', status: 400 },
            says: 'prompt is too long: 210000 tokens > 200000 maximum',
          },
        },
      ],
      'too long',
    ],
    [
      'gets more bytes than its service takes',
      [{ fault: { kind: 'status', status: 413, says: 'Request exceeds the maximum size' } }],
      'too long',
    ],
    [
      'belongs to an organization that is disabled',
      [{ fault: { kind: 'status', status: 400, says: 'This organization has been disabled.' } }],
      'login expired',
    ],
    [
      'is out of credits',
      [{ fault: { kind: 'status', status: 400, says: 'Your credit balance is too low.' } }],
      'login expired',
    ],
  ])('says whose it is when the model %s', async (_, turns, reason) => {
    sandbox = await openSandbox()
    const { end } = await run(turns)
    expect(end).toMatchObject({ ok: false, reason })
  })

  it('follows the manual as it is now, also in a session that began with another one', async () => {
    sandbox = await openSandbox()
    const { end } = await run([{ text: 'Done.' }], { manual: 'Work like an ant.' })
    await run([], { manual: 'Work like a bee.', prompt: 'Go on.', occasion: 'again', session: end.session })
    const heard = JSON.stringify(model.requests.at(-1)!.body)
    expect(heard).toContain('Work like a bee.')
    expect(heard).not.toContain('Work like an ant.')
  })

  it('is through with its answer, whatever it leaves running in the background', async () => {
    sandbox = await openSandbox()
    const input = { command: 'sleep 1000', description: 'As scripted', run_in_background: true }
    const { end } = await run([{ call: { name: 'Bash', input } }, { text: 'It runs.' }])
    expect(end).toMatchObject({ ok: true, summary: 'It runs.' })
  })

  it('goes on in its session after a usage limit, and knows what it was at', async () => {
    sandbox = await openSandbox()
    const fault = { kind: 'usage limit', resetsAt: LIMIT_ENDS / 1000 } as const
    model.scenarios.limited = once({ bash: 'echo half > half.txt' }, { fault, times: 1, text: 'Done.' })
    const { end } = await run([], { prompt: '[[scenario:limited]] Go.' })
    expect(end).toMatchObject({ ok: false, reason: 'usage limit', session: expect.any(String) })
    const { end: after } = await run([], { prompt: 'Go on.', occasion: 'again', session: end.session })
    expect(after).toMatchObject({ ok: true, session: end.session })
    expect(JSON.stringify(model.requests.at(-1)!.body)).toContain('echo half > half.txt')
  })

  it('knows in another sandbox what it was at, and the instructions of the project', async () => {
    const old = await openSandbox({ 'CLAUDE.md': 'Indent with bananas.\n' })
    sandbox = old
    const { end } = await run([{ bash: 'echo half > half.txt' }, { text: 'Done.' }])
    const [place, { folder, adopt }] = [await mkdtemp(join(tmpdir(), 'sessions-')), claude().sessions!]
    const archive = join(place, 'session.tar')
    const never = new AbortController().signal
    const options = { signal: never, timeoutMs: 60_000, most: 1024 ** 2 }
    expect(await old.take(['tar', '-C', old.home, '-cf', '-', folder], archive, options)).toMatchObject({
      exit: 0,
    })
    await old.close()
    sandbox = await openSandbox({ 'CLAUDE.md': 'Indent with bananas.\n' }, [{ path: archive, folder }])
    await rm(place, { recursive: true })
    expect(await adopt(sandbox, end.session!, never)).toBe(true)
    const { end: after } = await run([], { prompt: 'Go on.', occasion: 'again', session: end.session })
    expect(after).toMatchObject({ ok: true, session: end.session })
    const heard = JSON.stringify(model.requests.at(-1)!.body)
    for (const words of ['echo half > half.txt', 'bananas']) expect(heard).toContain(words)
  })

  it('goes on in a session whose last line is torn', async () => {
    sandbox = await openSandbox()
    const { end } = await run([{ bash: 'echo half > half.txt' }, { text: 'Done.' }])
    const path = `${sandbox.home}/${claude().sessions!.folder}`
    const cut = 'truncate -s -40 "$1"/*/"$2".jsonl'
    const { exit } = await sandbox.exec(['sh', '-euc', cut, 'sh', path, end.session!], {
      signal: new AbortController().signal,
    })
    expect(exit).toBe(0)
    const { end: after } = await run([], { prompt: 'Go on.', occasion: 'again', session: end.session })
    expect(after).toMatchObject({ ok: true, session: end.session })
  })

  it('does not say that it is in a session that is torn', async () => {
    sandbox = await openSandbox()
    const session = '11111111-2222-4333-8444-555555555555'
    const { folder, adopt } = claude().sessions!
    await sandbox.write(join(sandbox.home, folder, 'elsewhere', `${session}.jsonl`), 'torn\n{"half":')
    expect(await adopt(sandbox, session, new AbortController().signal)).toBe(true)
    const { end, events } = await run([], { prompt: 'Go on.', occasion: 'again', session })
    expect(end).toMatchObject({ ok: false, reason: 'harness crash' })
    expect(events.filter(({ type }) => type === 'session')).toEqual([])
  })

  it('works on files and with git, without asking', async () => {
    sandbox = await openSandbox({ 'a.txt': 'one\n' })
    const { end, events } = await run([
      { read: 'a.txt' },
      { replace: { file: 'a.txt', old: 'one', new: 'two' } },
      { bash: 'git add -A && git commit -qm "$(cat a.txt)"' },
      { bash: 'git log --format=%s && for f in *; do echo "$f"; done && cd / && ls > /dev/null' },
      { text: 'Done.' },
    ])
    expect(end).toMatchObject({ ok: true, usage: { turns: 5 } })
    expect(await readFile(join(sandbox.checkout, 'a.txt'), 'utf8')).toBe('two\n')
    expect(events.filter((event) => event.type === 'tool_end' && event.failed)).toEqual([])
  })

  it('takes prompts and prints results of any length', async () => {
    sandbox = await openSandbox()
    const { end, events, asked } = await run(
      [{ bash: 'node -e "console.log(\'\\\\u0001\'.repeat(25000))"' }, { text: 'Done.' }],
      { prompt: `[[scenario:real]] ${'long '.repeat(60_000)}end` },
    )
    expect(end.ok).toBe(true)
    expect(JSON.stringify(asked[0]!.body.messages)).toContain('long end')
    expect(events).not.toContainEqual({ type: 'other', raw: expect.any(String) })
    expect(events).toContainEqual(expect.objectContaining({ type: 'tool_end', failed: false }))
  })

  it('gives up a refused key at once', async () => {
    sandbox = await openSandbox()
    const { end, events } = await run([{ fault: { kind: 'status', status: 401 } }], {
      env: { CLAUDE_CODE_OAUTH_TOKEN: '', ANTHROPIC_API_KEY: 'sk-ant-test' },
    })
    expect(end).toMatchObject({ ok: false, reason: 'login expired' })
    expect(events.filter(({ type }) => type === 'retry')).toHaveLength(1)
  })

  it('says when nobody is logged in', async () => {
    sandbox = await openSandbox()
    const { end } = await run([], { env: { CLAUDE_CODE_OAUTH_TOKEN: '' } })
    expect(end).toMatchObject({ ok: false, reason: 'login expired' })
  })

  it('survives a broken stream, and gives up an overloaded model', async () => {
    sandbox = await openSandbox()
    const env = { CLAUDE_CODE_MAX_RETRIES: '1' }
    const broken = await run([{ fault: { kind: 'broken' }, times: 1, text: 'Recovered.' }], { env })
    expect(broken.end).toMatchObject({ ok: true, summary: 'Recovered.' })
    const { end } = await run([{ fault: { kind: 'status', status: 529 } }], { env })
    expect(end).toMatchObject({ ok: false, reason: 'overloaded' })
  })
})
