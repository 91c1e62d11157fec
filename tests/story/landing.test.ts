import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { tick } from '../../src/life/tick.ts'
import type { Sandboxes } from '../../src/ports/sandbox.ts'
import type { World } from '../../src/ports/world.ts'
import { PROTECTED_PATHS } from '../../src/settings/protected-paths.ts'
import { keptBy } from '../contracts/kept.ts'
import { pretended, well } from './pretended.ts'
import { NO_BUGS, swarm } from './swarm.ts'

const write = (file: string, text = 'fine\n') => ({ write: { file, text } })

it('lands a ticket on main as one commit', () =>
  swarm(async (s) => {
    const id = await s.file('Add search', [write('search.txt')])
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Add search'])
    expect((await s.log(id)).map((line) => line.replace(/[0-9a-f]{10}$/, 'COMMIT'))).toMatchInlineSnapshot(`
      [
        "human files #1: Add search",
        "agent-1 claims #1 (attempt 1)",
        "agent-1 is working on #1",
        "agent-1 is verifying on #1",
        "agent-1 submits the work of #1",
        "merge queue lands #1 on main as COMMIT",
      ]
    `)
    const [landed] = await s.world.repo.history({ limit: 1 })
    expect(landed?.trailers).toEqual({ ticket: '1', attempt: '1', agent: 'agent-1', harness: 'scripted' })
  }))

it('lands on a project whose default branch is master', () =>
  swarm(
    async (s) => {
      const id = await s.file('Add search', [write('search.txt')])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Add search'])
      expect((await s.ticket(id)).stage).toMatchObject({ status: 'done', resolution: 'landed' })
    },
    { branch: 'master' },
  ))

it('lands what was verified on the newest main without a second run of the gate', () =>
  swarm(async (s) => {
    const id = await s.file('Add search', [write('search.txt')])
    await s.settle()
    expect(await s.world.store.receipts({ ticket: id, limit: 10 })).toHaveLength(1)
  }))

it('takes what the agent committed and what it left lying about', () =>
  swarm(async (s) => {
    await s.file('Half and half', [
      write('committed.txt'),
      { commit: 'wip' },
      write('left.txt'),
      { append: { file: 'committed.txt', text: 'more\n' } },
    ])
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Half and half'])
    expect(await s.read('committed.txt')).toBe('fine\nmore\n')
    expect(await s.read('left.txt')).toBe('fine\n')
  }))

it('verifies an agent that commits by itself like any other', () =>
  swarm(
    async (s) => {
      const id = await s.file('Sneak', [write('a.txt', 'BUG\n'), { commit: 'done, trust me' }])
      await s.settle()
      expect(await s.main()).toEqual([])
      expect((await s.attempts(id))[0]?.reason).toContain('gate red')
    },
    { settings: { verifyRetries: 0 } },
  ))

it('lands names with spaces and letters of any script, binaries, links, modes, deletions and renames', () =>
  swarm(
    async (s) => {
      await s.file('Many kinds of files', [
        write('a file with spaces.txt'),
        write('früh/日本語.txt'),
        { run: "printf '\\000\\001\\377' > binary.bin" },
        { symlink: { file: 'link', to: 'kept.txt' } },
        { write: { file: 'tool.sh', text: '#!/bin/sh\n', mode: '755' } },
        { delete: 'gone.txt' },
        { rename: { from: 'old name.txt', to: 'new name.txt' } },
      ])
      await s.settle()
      expect(await s.tree()).toEqual([
        '100644 README.md',
        '100644 a file with spaces.txt',
        '100644 binary.bin',
        '100644 früh/日本語.txt',
        '100644 kept.txt',
        '120000 link',
        '100644 new name.txt',
        '100755 tool.sh',
        '100755 verify.sh',
      ])
    },
    { files: { 'gone.txt': 'gone\n', 'kept.txt': 'kept\n', 'old name.txt': 'the same content as before\n' } },
  ))

it('is not fooled by an ignored leftover that makes the gate pass in the agent’s own checkout', () =>
  swarm(
    async (s) => {
      const id = await s.file('Cache it', [write('cache/answer.txt'), write('uses-cache.txt')])
      await s.settle()
      expect(await s.main()).toEqual([])
      const [attempt] = await s.attempts(id)
      expect(attempt?.reason).toContain('Ignored by git, so not part of your change: cache/')
    },
    {
      files: {
        '.gitignore': 'cache/\n',
        'verify.sh': '#!/bin/sh\n[ ! -e uses-cache.txt ] || [ -e cache/answer.txt ]\n',
      },
      settings: { verifyRetries: 0 },
    },
  ))

it('lets the agent mend a red gate in the same session, with the evidence', () =>
  swarm(async (s) => {
    const id = await s.file('Mend', [
      { on: 'start', do: [write('a.txt', 'BUG\n')] },
      { on: 'red', do: [write('a.txt', 'mended\n')] },
    ])
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Mend'])
    expect(await s.attempts(id)).toHaveLength(1)
    const verdicts = (await s.world.store.receipts({ ticket: id, limit: 10 })).map(({ verdict }) => verdict)
    expect(verdicts).toEqual(['green', 'red'])
  }))

it('hands the work of a failed attempt to the next one', () =>
  swarm(
    async (s) => {
      const id = await s.file('In two goes', [
        { on: 'start', do: [write('a.txt', 'BUG\n'), write('half.txt')] },
        { on: 'red', do: [{ run: 'test -e half.txt' }, write('a.txt', 'mended\n')] },
      ])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: In two goes'])
      expect(await s.read('half.txt')).toBe('fine\n')
      expect((await s.attempts(id)).map(({ outcome }) => outcome)).toEqual(['bounced', 'landed'])
    },
    { settings: { verifyRetries: 0 } },
  ))

it('gives the agent both sides of a conflict and lands what it makes of them', () =>
  swarm(
    async (s) => {
      await s.file('Say hello', [write('greeting.txt', 'hello\n')])
      await s.file('Say bye', [
        {
          on: 'start',
          do: [
            { until: { run: 'git fetch -q && git cat-file -e origin/main:landed.txt', seconds: 60 } },
            write('greeting.txt', 'bye\n'),
          ],
        },
        {
          on: 'conflict',
          do: [{ run: 'grep -q "<<<<<<<" greeting.txt' }, write('greeting.txt', 'hello and bye\n')],
        },
      ])
      await s.file('Mark', [
        { until: { run: 'git fetch -q && git show origin/main:greeting.txt | grep -q hello', seconds: 60 } },
        write('landed.txt'),
      ])
      await Promise.all([s.tick(), landing(s)])
      await s.settle()
      expect(await s.read('greeting.txt')).toBe('hello and bye\n')
      expect((await s.attempts(2)).map(({ outcome }) => outcome)).toEqual(['landed'])
    },
    { settings: { agents: 3 }, files: { 'greeting.txt': 'hi\n' } },
  ))

it('refuses a conflict that is "resolved" with its markers left in', () =>
  swarm(
    async (s) => {
      const id = await s.file('Leave markers', [
        write('a.txt', '<<<<<<< ours\none\n=======\ntwo\n>>>>>>> theirs\n'),
      ])
      await s.settle()
      expect(await s.main()).toEqual([])
      expect((await s.attempts(id))[0]?.reason).toContain('a.txt contains conflict markers')
    },
    { settings: { verifyRetries: 0 } },
  ))

it('takes a heading underlined with = for what it is', () =>
  swarm(async (s) => {
    await s.file('Write docs', [write('doc.txt', 'Title\n=======\n\n> quoted\n')])
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Write docs'])
  }))

it('does not land two green changes that are red together', () =>
  swarm(
    async (s) => {
      const ids = [await s.file('Add one', [write('one.txt')]), await s.file('Add two', [write('two.txt')])]
      await s.settle()
      expect(await s.main()).toHaveLength(1)
      const endings = await Promise.all(ids.map(async (id) => (await s.attempts(id)).at(-1)?.outcome))
      expect(endings.sort()).toEqual(['bounced', 'landed'])
    },
    {
      settings: { agents: 2, verifyRetries: 0 },
      files: { 'verify.sh': '#!/bin/sh\n[ ! -e one.txt ] || [ ! -e two.txt ]\n' },
    },
  ))

it('keeps nothing of what landed, was red or was sent back until the server ends', () =>
  swarm(
    async (s) => {
      const before = keptBy(s.fleet.signal)
      await s.file('Add one', [write('one.txt')])
      await s.file('Add two', [write('two.txt')])
      await s.file('Add a bug', [write('one.txt', 'BUG\n')])
      await s.settle()
      expect(await s.main()).toHaveLength(1)
      expect(keptBy(s.fleet.signal)).toBe(before)
    },
    {
      settings: { agents: 3, verifyRetries: 0 },
      files: { 'verify.sh': `${NO_BUGS}[ ! -e one.txt ] || [ ! -e two.txt ]\n` },
    },
  ))

it('sends work back from the merge queue when main has moved under it', () =>
  swarm(
    async (s) => {
      const id = await s.file('Add one', [write('one.txt')])
      s.fleet.mergeQueue = { at: null, done: Promise.resolve() }
      await s.tick()
      await s.commitToMain({ 'two.txt': 'meanwhile\n' })
      s.fleet.mergeQueue = null
      await s.tick()
      expect((await s.attempts(id))[0]).toMatchObject({ outcome: 'bounced' })
      expect((await s.attempts(id))[0]?.reason).toContain('Red on the newest main')
      expect((await s.ticket(id)).stage).toMatchObject({ status: 'open', front: true })
    },
    { files: { 'verify.sh': '#!/bin/sh\n[ ! -e one.txt ] || [ ! -e two.txt ]\n' } },
  ))

it('lands nothing of a ticket that was cancelled while it waited in the merge queue', () =>
  swarm(async (s) => {
    const id = await s.file('Never mind', [write('a.txt')])
    s.fleet.mergeQueue = { at: null, done: Promise.resolve() }
    await s.tick()
    expect((await s.ticket(id)).stage.status).toBe('ready')
    await s.person(id, { type: 'cancel', reason: 'changed my mind' })
    s.fleet.mergeQueue = null
    await s.settle()
    expect(await s.main()).toEqual([])
    expect(await s.world.store.landings({ status: 'withdrawn' })).toHaveLength(1)
  }))

it('lands once when it dies between moving main and writing that down', () =>
  swarm(
    async (s) => {
      const id = await s.file('Once', [write('a.txt')])
      await s.settle()
      s.clock.turn(60_000)
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Once'])
      expect((await s.ticket(id)).stage).toMatchObject({ status: 'done', resolution: 'landed' })
    },
    { with: ({ repo }) => ({ repo: { ...repo, advance: diesOnce(repo.advance) } }) },
  ))

it('leaves a ticket to the person who takes it back at the moment of its landing, and the merge queue goes on', () => {
  let take = async () => {}
  return swarm(
    async (s) => {
      const id = await s.file('Mine after all', [write('a.txt')])
      take = async () => {
        if ((await s.ticket(id)).stage.status !== 'ready') return
        take = async () => {}
        await s.person(id, { type: 'update', status: 'in_progress' })
        await s.person(id, { type: 'complete' })
      }
      await s.settle()
      await s.file('Next', [write('b.txt')])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-2: Next'])
      expect((await s.ticket(id)).stage).toMatchObject({ status: 'ready', holder: 'human', work: null })
      expect(await s.world.store.landing(id, 1)).toMatchObject({ status: 'withdrawn' })
    },
    { with: ({ repo }) => ({ repo: { ...repo, find: (ref) => take().then(() => repo.find(ref)) } }) },
  )
})

/** Moves `main`, and then does not live to tell. */
function diesOnce(advance: (from: string, to: string) => Promise<'moved' | 'stale'>) {
  let died = false
  return async (from: string, to: string) => {
    const moved = await advance(from, to)
    if (died) return moved
    died = true
    throw new Error('killed')
  }
}

it('closes a ticket whose change main already has', () =>
  swarm(
    async (s) => {
      const one = await s.file('Add it', [write('same.txt')])
      const twin = await s.file('Add it again', [write('same.txt')])
      await s.settle()
      expect(await s.main()).toHaveLength(1)
      const stages = [(await s.ticket(one)).stage, (await s.ticket(twin)).stage]
      expect(stages.map((stage) => 'resolution' in stage && stage.resolution).sort()).toEqual([
        'landed',
        'no-change',
      ])
    },
    { settings: { agents: 2 } },
  ))

it('never lands anything in the swarm’s own folder', () =>
  swarm(
    async (s) => {
      const id = await s.file('Reach for the keys', [write('.swarm/config.json', '{"sandbox": "process"}\n')])
      await s.settle()
      expect(await s.main()).toEqual([])
      expect((await s.attempts(id))[0]?.reason).toContain('belongs to the swarm')
    },
    { settings: { verifyRetries: 0 } },
  ))

it('refuses a repository nested in the change', () =>
  swarm(
    async (s) => {
      const id = await s.file('Vendor it', [
        { run: 'git init -q lib && git -C lib commit -q --allow-empty -m x' },
        // Others are asked about before, since their files are not in the change.
        { write: { file: '.gitmodules', text: '[submodule "lib"]\n\tpath = lib\n\turl = ./lib\n' } },
      ])
      await s.settle()
      expect((await s.attempts(id))[0]?.reason).toContain('nested repository')
    },
    { settings: { verifyRetries: 0 } },
  ))

it('lands an approved change of the gate also when main had moved on before it was verified', () => {
  let meanwhile = async () => {}
  const harness = pretended(async ({ sandbox }) => {
    await meanwhile()
    await sandbox.write(`${sandbox.checkout}/verify.sh`, `${NO_BUGS}exit 0\n`, 0o755)
    return well()
  })
  return swarm(
    async (s) => {
      meanwhile = () => s.commitToMain({ 'other.txt': 'by hand\n' })
      const id = await s.file('Stricter', [])
      await s.settle()
      expect((await s.ticket(id)).stage).toMatchObject({ status: 'ready', held: ['verify.sh'] })
      await s.person(id, { type: 'approve' })
      await s.settle()
      expect((await s.ticket(id)).stage).toMatchObject({ status: 'done', resolution: 'landed' })
    },
    { with: (world) => ({ harness, sandboxes: reaching(world) }) },
  )
})

/** Sandboxes that know a commit only by the ref that is to reach it, as over a network. */
const reaching = ({ repo, sandboxes }: World): Sandboxes => ({
  ...sandboxes,
  open(spec, signal) {
    const { commit, ref } = spec.checkout
    execFileSync('git', [`--git-dir=${repo.source}`, 'merge-base', '--is-ancestor', commit, ref])
    return sandboxes.open(spec, signal)
  },
})

it('holds a change of the gate until a person approves it, and lands it under the new gate', () =>
  swarm(async (s) => {
    const id = await s.file('Stricter', [write('verify.sh', `${NO_BUGS}exit 0\n`)])
    await s.settle()
    expect(await s.main()).toEqual([])
    expect((await s.ticket(id)).stage).toMatchObject({ status: 'ready', held: ['verify.sh'] })
    await s.person(id, { type: 'approve' })
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Stricter'])
  }))

it('verifies a change of the gate by the gate of main until then: what it switches off stays red', () =>
  swarm(
    async (s) => {
      const id = await s.file('Cheat', [
        { write: { file: 'verify.sh', text: '#!/bin/sh\nexit 0\n', mode: '755' } },
        write('a.txt', 'BUG\n'),
      ])
      await s.settle()
      expect(await s.main()).toEqual([])
      expect((await s.attempts(id))[0]?.reason).toContain(
        'Taken from main, because they are protected: verify.sh',
      )
    },
    { settings: { verifyRetries: 0 } },
  ))

it.each([
  ['deletes the gate', [{ delete: 'verify.sh' }]],
  ['makes the gate not executable', [{ run: 'chmod -x verify.sh' }]],
  ['renames the gate', [{ rename: { from: 'verify.sh', to: 'old.sh' } }]],
])('holds a change that %s', (_, script) =>
  swarm(
    async (s) => {
      const id = await s.file('Off with it', script)
      await s.settle()
      expect(await s.main()).toEqual([])
      expect((await s.ticket(id)).stage).toMatchObject({ status: 'ready', held: ['verify.sh'] })
    },
    { files: { 'verify.sh': '#!/bin/sh\ntest -e README.md\n' } },
  ),
)

it.each([
  'packages/a/CLAUDE.md',
  'packages/a/.claude/settings.json',
  'src/AGENTS.md',
  'src/.cursor/rules/a.mdc',
  'web/.npmrc',
  'web/.hu\u017fky/pre-commit',
  'tools/mise.toml',
])('holds a change of %s, which programs read in any folder, and lets no gate see it until then', (path) =>
  swarm(
    async (s) => {
      const id = await s.file('Steer', [write(path), write('seen.txt')])
      await s.settle()
      expect((await s.ticket(id)).stage).toMatchObject({ status: 'ready', held: [path] })
      const [receipt] = await s.world.store.receipts({ ticket: id, limit: 1 })
      expect(await s.world.repo.read(receipt!.tree, path)).toBeNull()
      expect(await s.world.repo.read(receipt!.tree, 'seen.txt')).not.toBeNull()
      await s.person(id, { type: 'approve' })
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Steer'])
    },
    { settings: { protectedPaths: PROTECTED_PATHS } },
  ),
)

it('lands a new dependency by itself, with manifest and lockfile', () =>
  swarm(
    async (s) => {
      const files = ['package.json', 'package-lock.json', 'packages/a/package.json', 'Cargo.lock', 'go.sum']
      await s.file(
        'Depend',
        files.map((path) => write(path, '{}\n')),
      )
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Depend'])
    },
    { settings: { protectedPaths: PROTECTED_PATHS } },
  ))

it('gives rejected work back to the agent with the reason', () =>
  swarm(async (s) => {
    const id = await s.file('Weaken', [
      { on: 'start', do: [write('verify.sh', '#!/bin/sh\n'), write('a.txt')] },
      { on: 'rejected', do: [{ run: 'git checkout -q HEAD -- verify.sh' }] },
    ])
    await s.settle()
    await s.person(id, { type: 'reject', reason: 'The gate stays.' })
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Weaken'])
    expect(await s.read('verify.sh')).toBe(NO_BUGS)
    expect((await s.attempts(id))[0]?.reason).toBe('rejected: The gate stays.')
  }))

/** Ticks the merge queue along while an attempt waits for what it lands. */
async function landing(s: Parameters<Parameters<typeof swarm>[0]>[0]): Promise<void> {
  for (let at = 0; at < 400 && (await s.main()).length < 2; at++) {
    await tick(s.world, s.fleet)
    await s.fleet.mergeQueue?.done
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
