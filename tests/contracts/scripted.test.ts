import { mkdtemp, readFile, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BadScript, parseScript, scriptIn, stepsFor } from '../../src/harnesses/scripted/script.ts'
import { scriptedHarness } from '../../src/harnesses/scripted/scripted.ts'
import type { HarnessEnd, HarnessEvent, HarnessTask } from '../../src/ports/harness.ts'
import type { Sandbox } from '../../src/ports/sandbox.ts'
import { type Behaviour, harnessContract, LIMIT_ENDS, timersByHand } from './harness.ts'
import { openSandbox } from './harness-sandbox.ts'

let folder: string
let program: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scripted-'))
  program = join(folder, 'agent.cjs')
  await build({
    entryPoints: ['src/harnesses/scripted/agent.ts'],
    ...{ bundle: true, platform: 'node', target: 'node20', format: 'cjs', outfile: program },
  })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const fenced = (script: unknown) => `Do it.\n\n\`\`\`script\n${JSON.stringify(script, null, 2)}\n\`\`\`\n`

const BEHAVIOURS: Record<Behaviour, unknown[]> = {
  'edits a file': [
    { on: 'start', do: [{ say: 'I write.' }, { write: { file: 'hello.txt', text: 'hello\n' } }] },
    { on: 'red', do: [{ write: { file: 'again.txt', text: 'again\n' } }] },
  ],
  'runs a tool for ever': [{ run: 'echo $$ > pid; exec tail -f /dev/null' }],
  dies: [{ kill: true }],
  'falls silent': [{ hang: true }],
  'reaches the limit': [{ fail: { reason: 'usage limit', until: new Date(LIMIT_ENDS).toISOString() } }],
  'prints what nobody knows': [{ event: { type: 'novelty', n: 1 } }, { print: 10 }],
}

harnessContract('scripted', {
  make: async (behaviour) => {
    const sandbox = await openSandbox()
    const { setTimer, elapse } = timersByHand()
    return {
      harness: scriptedHarness({ program, hangMs: 1, setTimer }),
      sandbox,
      prompt: 'Play the script.',
      ticket: { id: 1, title: 'A test', description: fenced(BEHAVIOURS[behaviour]) },
      elapse,
      close: () => sandbox.close(),
    }
  },
})

describe('a script', () => {
  it('is a list of steps for the start', () => {
    const blocks = scriptIn(fenced([{ say: 'hi' }]))!
    expect(stepsFor(blocks, 'start', 1)).toEqual([{ verb: 'say', with: 'hi' }])
    expect(scriptIn('Just words.\n\n```sh\necho\n```\n')).toBeNull()
  })

  it('prefers the block of the occasion, then `again`, then the start', () => {
    const words = (script: unknown, ...which: [Parameters<typeof stepsFor>[1], number]) =>
      stepsFor(parseScript(script), ...which)?.map((step) => step.with)
    const script = [
      { on: 'start', do: [{ say: 'start' }] },
      { on: 'start', attempt: 3, do: [{ say: 'third' }] },
      { on: 'red', do: [{ say: 'red' }] },
      { on: 'again', do: [{ say: 'again' }] },
    ]
    expect(words(script, 'start', 1)).toEqual(['start'])
    expect(words(script, 'start', 3)).toEqual(['third'])
    expect(words(script, 'red', 2)).toEqual(['red'])
    expect(words(script, 'conflict', 2)).toEqual(['again'])
    expect(words(script.slice(0, 1), 'rejected', 2)).toEqual(['start'])
    expect(words([{ on: 'red', do: [] }], 'start', 1)).toBeUndefined()
  })

  it.each([
    ['{"say": 1', /The script is not JSON/],
    ['{}', /a list of steps or of blocks/],
    ['[{"shout": "hi"}]', /step 1: there is no "shout"; there are write, append/],
    ['[{"say": "a"}, {"say": "b", "run": "c"}]', /step 2: a step is an object with one verb/],
    ['[{"write": {"file": "a"}}]', /step 1 \(write\): text: Invalid input: expected string/],
    ['[{"on": "start", "do": [{"crash": "x"}]}]', /Block 1 \(start\), step 1 \(crash\)/],
    ['[{"on": "never", "do": []}]', /Block 1: on: Invalid option/],
  ])('says where %s is wrong', (script, sentence) => {
    const parse = () => scriptIn(`\`\`\`script\n${script}\n\`\`\``)
    expect(parse).toThrow(BadScript)
    expect(parse).toThrow(sentence)
  })
})

/** A `ticket` program that notes how it was called and answers the same each time; its list is long. */
const TICKET = `#!/bin/sh
for word in "$@"; do printf '[%s]' "$word" >> "$HOME/calls"; done; echo >> "$HOME/calls"
case "$1" in
  create) echo 7 ;;
  show) echo '{"id":7,"title":"A","status":"done"}' ;;
  list)
    printf '[{"id":2,"title":"%0100000d","status":"done"},{"id":3,"title":"Other","status":"open"},' 0
    echo '{"id":4,"title":"Done already","status":"done"}]' ;;
  comment) [ "$3" != refuse ] || { echo 'No comments here.' >&2; exit 1; } ;;
esac
`

describe('the scripted agent', () => {
  let sandbox: Sandbox

  beforeAll(async () => {
    sandbox = await openSandbox()
    await sandbox.write(join(sandbox.bin, 'ticket'), TICKET, 0o755)
  })
  afterAll(() => sandbox.close())

  async function play(script: unknown, task: Partial<HarnessTask> = {}, node?: string) {
    await sandbox.write(join(sandbox.home, 'calls'), '')
    const events: HarnessEvent[] = []
    const end: HarnessEnd = await scriptedHarness({ program, node, hangMs: 60_000 }).run({
      sandbox,
      ...{ manual: '', prompt: '', occasion: 'start', access: 'change', attempt: 1, session: null },
      ticket: { id: 5, title: 'A test', description: fenced(script) },
      emit: (event) => void events.push(event),
      signal: new AbortController().signal,
      ...task,
    })
    const calls = await readFile(join(sandbox.home, 'calls'), 'utf8')
    return { end, events, calls, read: (file: string) => readFile(join(sandbox.checkout, file), 'utf8') }
  }

  it('works on files', async () => {
    const { end, read } = await play([
      { write: { file: 'src/a.sh', text: 'one one\n', mode: '755' } },
      { append: { file: 'src/a.sh', text: 'two\n' } },
      { replace: { file: 'src/a.sh', old: 'one', new: '$&' } },
      { rename: { from: 'src/a.sh', to: 'b/b.sh' } },
      { symlink: { file: 'link', to: 'b/b.sh' } },
      { write: { file: 'gone', text: '' } },
      { delete: 'gone' },
      { run: 'test ! -e gone && cat link > copy' },
      { commit: 'All of it' },
      { run: 'git log -1 --format=%s > log; git status --short > status' },
    ])
    expect(end).toMatchObject({ ok: true, usage: { turns: 10, costUsd: null } })
    expect(await read('copy')).toBe('$& one\ntwo\n')
    expect((await stat(join(sandbox.checkout, 'b/b.sh'))).mode & 0o777).toBe(0o755)
    expect(await read('log')).toBe('All of it\n')
  })

  it('applies a patch of text, binary files, modes and links, once', async () => {
    const made = await play([
      { write: { file: 'patched/tool', text: 'one\ntwo\n' } },
      { commit: 'Before' },
      { run: "printf 'zero\\none\\ntwo\\n' > patched/tool && chmod 755 patched/tool" },
      { run: "printf '\\000\\377\\001' > patched/bytes && ln -s tool patched/link" },
      { run: 'git add --all && git diff --cached --binary > ../patch && git reset -q --hard' },
    ])
    expect(made.end).toMatchObject({ ok: true })
    const patch = await readFile(join(sandbox.checkout, '../patch'))
    const packed = gzipSync(patch).toString('base64')
    const twice = await play([{ apply: { gzip: packed } }, { apply: patch.toString() }])
    expect(twice.end).toMatchObject({ ok: true })
    expect(await twice.read('patched/tool')).toBe('zero\none\ntwo\n')
    expect((await stat(join(sandbox.checkout, 'patched/tool'))).mode & 0o777).toBe(0o755)
    expect(await readFile(join(sandbox.checkout, 'patched/bytes'))).toEqual(Buffer.from([0, 255, 1]))
    expect(await readlink(join(sandbox.checkout, 'patched/link'))).toBe('tool')
  })

  it('waits for the last of several tickets that is not done, where a patch does not fit yet', async () => {
    const gzip = gzipSync('--- a/none\n+++ b/none\n@@ -1 +1 @@\n-one\n+two\n').toString('base64')
    const { end, calls } = await play([{ apply: { gzip, or_block: [3, 'Done already'] } }])
    expect(end).toMatchObject({ ok: true, summary: 'Ticket 5 waits for 3.' })
    expect(calls).toContain('[block][5][--by][3]')
    const { end: failed } = await play([{ block: ['Done already'] }, { apply: { gzip } }])
    expect(failed).toMatchObject({ ok: false, detail: expect.stringContaining('Step 2 (apply) failed') })
  })

  it('waits until main has moved', async () => {
    const commit = 'git -c user.name=other -c user.email=o@localhost commit --quiet --allow-empty -m other'
    const { end } = await play([
      { run: `cd "$(git remote get-url origin | sed s,^file://,,)" && ${commit}` },
      { until: { main: 'moved', seconds: 10 } },
      { run: 'git fetch --quiet' },
    ])
    expect(end.ok).toBe(true)
  })

  it('speaks to the swarm through `ticket`', async () => {
    const { end, calls } = await play([
      { comment: 'On it.' },
      { create: { title: 'A', script: [{ say: 'hi' }] } },
      { create: { title: 'B', description: 'Later.', after: ['A', 3], block_dependents: true } },
      { until: { ticket: 'A', is: 'done' } },
      { block: 'Other' },
      { say: 'never said' },
    ])
    expect(end).toMatchObject({ ok: true, summary: 'Ticket 5 waits for Other.' })
    expect(calls).toMatchInlineSnapshot(`
      "[comment][5][On it.]
      [create][A][--parent][5][--description][\`\`\`script
      [
        {
          "say": "hi"
        }
      ]
      \`\`\`
      ]
      [create][B][--parent][5][--description][Later.][--blocked-by][7,3][--block-dependents-of][5]
      [show][7][--format][json]
      [list][--status][open,in_progress,ready,done][--format][json]
      [block][5][--by][3]
      "
    `)
  })

  it.each([
    [{ ask: { question: 'Which?', description: 'A or B.' } }, '[ask][Which?][--description][A or B.]\n'],
    [{ release: 'Not now.' }, '[unclaim][5][--reason][Not now.]\n'],
    [{ no_change: 'It is there.' }, '[complete][5][--no-change][It is there.]\n'],
    [{ complete: true }, '[complete][5]\n'],
  ])('ends with %j', async (step, expected) => {
    const { end, calls } = await play([step, { say: 'never said' }])
    expect(end.ok).toBe(true)
    expect(calls).toBe(expected)
  })

  it.each([
    [{ run: 'echo broken; exit 3' }, 'Step 1 (run) failed: exit 3: broken'],
    [{ replace: { file: 'none', old: 'a', new: 'b' } }, 'Step 1 (replace) failed: ENOENT'],
    [{ comment: 'refuse' }, 'Step 1 (comment) failed: ticket comment: exit 1: No comments here.'],
    [{ block: 'Nobody' }, 'Step 1 (block) failed: No ticket has the title "Nobody".'],
    [{ until: { main: 'moved', seconds: 0.01 } }, 'Step 1 (until) failed: it did not come true'],
    [{ until: { file: 'none', seconds: 0.01 } }, 'Step 1 (until) failed: it did not come true'],
    [{ crash: 3 }, 'The scripted agent ended with exit 3 before its script did.'],
    [{ run: 7 }, 'step 1 (run): '],
  ])('fails with %j', async (step, detail) => {
    const { end, events } = await play([step])
    expect(end).toMatchObject({ ok: false, reason: 'harness crash', detail: expect.stringContaining(detail) })
    const tool = events.find(({ type }) => type === 'tool_end')
    if (tool) expect(tool).toMatchObject({ failed: true })
  })

  it('fails for the reason that it is told', async () => {
    const { end } = await play([{ fail: { reason: 'turn limit', detail: 'Too long.' } }])
    expect(end).toMatchObject({ ok: false, reason: 'turn limit', detail: 'Too long.', until: null })
  })

  it('counts what it is told to use', async () => {
    const { end } = await play([{ usage: { input: 10, cost: 0.5 } }, { usage: { output: 2, cost: 0.25 } }])
    expect(end.usage).toMatchObject({ inputTokens: 10, outputTokens: 2, costUsd: 0.75, turns: 2 })
  })

  it('does nothing for a ticket without a script, and says so', async () => {
    const ticket = { id: 5, title: 'Bare', description: null }
    const { end, events } = await play([], { ticket })
    const summary = 'Ticket 5 has no script for me, so I do nothing.'
    expect(end).toMatchObject({ ok: true, summary })
    expect(events).toContainEqual({ type: 'text', text: summary })
  })

  it('says what to do when its program is missing', async () => {
    const { end } = await play([], {}, 'no-such-node')
    expect(end).toMatchObject({
      ...{ ok: false, reason: 'infrastructure' },
      detail: expect.stringContaining('npm run build'),
    })
  })
})
