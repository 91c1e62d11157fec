/** The real Claude Code works a ticket from the ready list to `main`, with a scripted model behind it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { itUnless } from '../contracts/gaps.ts'
import { type ModelServer, modelServer } from '../model/server.ts'
import { begin, KINDS, type Project } from './claude-project.ts'

describe.each(KINDS)('in $kind', ({ kind, reason }) => {
  itUnless(
    reason,
    'edits, meets a red gate, mends it in the same session, lands, and then only reads and proposes',
    () => lands(kind),
  )
  itUnless(
    reason,
    'goes on after a kill of the server: in its session, with what it had, in a new sandbox',
    () => outlives(kind, ({ pid }) => void process.kill(pid(), 'SIGKILL')),
  )
})

it('goes on after a stop of the swarm in the same way', () =>
  outlives('process', async ({ swarm }) => void (await swarm('stop'))))

async function outlives(kind: string, interrupt: (project: Project) => void | Promise<void>) {
  const model = await modelServer({
    long: {
      prompts: [
        { turns: [{ write: { file: 'long.txt', text: 'half\n' } }, { bash: 'exec tail -f /dev/null' }] },
        {
          says: 'You resume your session',
          turns: [{ bash: 'echo whole >> long.txt' }, { text: 'Now it is whole.' }],
        },
      ],
    },
  })
  onTestFinished(() => model.close())
  const project = await begin(model, kind)
  const own = (path: string) => join(project.folder, '.swarm', path)
  const flags = ['--agents', '1', '--harness', 'claude', '--sandbox', kind, '--port', '0']
  await project.swarm('start', ...flags, '--save-interval', '1')
  await project.ticket('create', 'Take long', '--description', '[[scenario:long]]')
  const archive = () =>
    existsSync(own('sessions/t1.tar')) ? readFileSync(own('sessions/t1.tar'), 'latin1') : ''
  await vi.waitUntil(() => archive().includes('tail -f /dev/null'), { timeout: 120_000, interval: 100 })
  await vi.waitUntil(async () => (await project.attempt()).work !== null, { timeout: 60_000, interval: 100 })

  await interrupt(project)
  await project.swarm('start', ...flags)
  await vi
    .waitUntil(async () => (await project.shown()).status === 'done', { timeout: 120_000 })
    .catch(async () => {
      throw new Error(
        `It did not land.\n${await project.ticket('log')}\n${readFileSync(own('server.log'), 'utf8')}`,
      )
    })
  expect(await project.shown()).toMatchObject({ resolution: 'landed', attempts: 2 })
  expect(await project.git('show', 'main:long.txt')).toBe('half\nwhole\n')
  // It knows what it was at before.
  expect(JSON.stringify(model.requests.at(-1)!.body.messages)).toContain('tail -f /dev/null')
  await project.swarm('stop')
}

async function lands(kind: string) {
  const model = await modelServer({
    search: {
      prompts: [
        {
          turns: [
            { say: 'I look first.', read: 'README.md' },
            { write: { file: 'search.txt', text: 'BUG: not found\n' } },
            { text: 'Search is there.' },
          ],
        },
        {
          says: 'The gate is red',
          turns: [
            { replace: { file: 'search.txt', old: 'BUG: not found', new: 'found' } },
            { bash: 'git push "$SWARM_GIT" HEAD:refs/heads/x' },
            { bash: 'env; ticket comment 1 "The gate was right." && ticket show 1' },
            { text: 'Mended.' },
          ],
        },
      ],
    },
    propose: {
      prompts: [
        {
          turns: [
            { say: 'I read.', read: 'search.txt' },
            { write: { file: 'proposed.txt', text: 'never\n' } },
            {
              text: 'One thing.\n\n--- proposal ---\nSort what is found\nsearch.txt is not sorted.\n--- end ---',
            },
          ],
        },
      ],
    },
  })
  onTestFinished(() => model.close())
  const project = await begin(model, kind)

  const flags = ['--agents', '1', '--harness', 'claude', '--sandbox', kind, '--port', '0']
  expect(await project.swarm('start', ...flags)).toContain('claude')
  await project.ticket('create', 'Add search', '--description', 'Search must find. [[scenario:search]]')
  expect(JSON.parse(await project.swarm('wait', '--timeout', '300', '--format', 'json'))).toMatchObject({})

  const shown = await project.shown()
  expect(shown).toMatchObject({ status: 'done', resolution: 'landed', attempts: 1 })
  expect(shown.comments).toMatchObject([{ author: 'agent-1', body: 'The gate was right.' }])
  expect(await project.git('log', '--first-parent', '--format=%s', 'main')).toMatch(/^ticket-1: Add search\n/)
  expect(await project.git('show', 'main:search.txt')).toBe('found\n')

  const prompts = model.requests.flatMap(({ body }) => JSON.stringify(body.messages ?? []))
  expect(prompts.at(-1)).toContain('BUG: not found')
  // The key was added on the way, and nothing that the agent could see holds it.
  expect(model.requests.every(({ headers }) => headers['x-api-key'] === 'sk-ant-test')).toBe(true)
  expect(model.requests.some(({ headers }) => headers.authorization)).toBe(false)
  expect(prompts.at(-1)).toMatch(/ANTHROPIC_BASE_URL=http:\/\/127\.0\.0\.1:\d+\/model/)
  expect(prompts.join()).not.toContain('sk-ant-test')
  expect(readFileSync(join(project.folder, '.swarm/server.log'), 'utf8')).not.toContain('sk-ant-test')

  const { usage, refused } = await project.attempt()
  const asked = model.requests.filter(({ path }) => path === '/v1/messages')
  expect(usage.output_tokens).toBeGreaterThan(0)
  expect(usage.input_tokens).toBe(asked.reduce((sum, { inputTokens }) => sum + inputTokens, 0))
  expect(refused).toBe(1)

  await tells(project)
  expect(await project.swarm('audit', '--rerun')).toContain('green')
  await proposes(project, model)
  await project.swarm('stop')
}

/** People read sentences of all that the attempt did, was refused and was told. */
async function tells(project: Project) {
  const log = await project.swarm('logs', 'agent-1', '-n', '1000')
  expect(log).toContain('▸ Write search.txt')
  expect(log).toContain(
    '! The gateway refused git GET /info/refs?service=git-receive-pack. Sandboxes cannot push',
  )
  const unread = log.split('\n').filter((line) => /^\S+ \W*[{[]|"type":|Unknown event/.test(line))
  expect(unread).toEqual([])
}

/** The scenario is named by what a person has filed for themselves. */
async function proposes(project: Project, model: ModelServer) {
  await project.ticket('create', 'Mine [[scenario:propose]]', '--type', 'task', '--assign', 'ada')
  await project.swarm('config', 'set', 'propose', 'true')
  const waiting = async () => JSON.parse(await project.ticket('inbox', '--format', 'json'))
  await vi.waitUntil(async () => (await waiting()).length > 0, { timeout: 120_000, interval: 300 })
  expect(await waiting()).toMatchObject([{ title: 'Sort what is found', type: 'proposal' }])
  const asked = model.requests.filter(({ scenario }) => scenario === 'propose')
  const offered = asked[0]!.body.tools!.map(({ name }) => name)
  expect(offered).toEqual(expect.arrayContaining(['Glob', 'Grep', 'Read']))
  expect(offered).not.toEqual(expect.arrayContaining([expect.stringMatching(/Bash|Write|Edit|Task|Web/)]))
  expect(JSON.stringify(asked.at(-1)!.body.messages)).toContain('No such tool available: Write')
  expect(await project.git('ls-tree', '--name-only', 'main')).not.toContain('proposed.txt')
}
