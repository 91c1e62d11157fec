/** What of an attempt outlasts whatever dies under it: its work so far, and what its agent had in mind. */
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { rescue } from '../../src/life/agents/rescue.ts'
import { rawRef } from '../../src/life/names.ts'
import { tick } from '../../src/life/tick.ts'
import type { Harness, HarnessEnd, HarnessTask } from '../../src/ports/harness.ts'
import type { Sandbox } from '../../src/ports/sandbox.ts'
import type { World } from '../../src/ports/world.ts'
import { failed, pretended, well } from './pretended.ts'
import { type Story, swarm } from './swarm.ts'

vi.setConfig({ testTimeout: 60_000 })

const MINUTE = 60_000
/** On a machine that may be busy. */
const SOON = { timeout: 30_000 }
const never = new AbortController().signal
const settings = { saveInterval: 120, verifyRetries: 0 }

/** Runs a script in the checkout, as the tools of an agent do. */
async function does(sandbox: Sandbox, script: string): Promise<string> {
  const { exit, output } = await sandbox.exec(['sh', '-euc', script], { signal: never })
  expect(exit, output).toBe(0)
  return output
}

/** Lets two minutes pass, and what is kept then be kept. */
async function minutesPass(s: Story, id: number): Promise<void> {
  const before = (await s.attempts(id)).at(-1)?.work
  s.clock.turn(2 * MINUTE)
  await expect.poll(async () => (await s.attempts(id)).at(-1)?.work, SOON).not.toBe(before)
}

/** As the next server finds it after a `kill -9` of this one. Gives how to end what would have died with it. */
async function serverDies(s: Story): Promise<() => Promise<void>> {
  const dead = [...s.fleet.working.values()]
  s.fleet.working.clear()
  await rescue(s.world, await s.world.store.attempts({ live: true }), () => true)
  return async () => {
    for (const { stop } of dead) stop.abort()
    await Promise.all(dead.map(({ done }) => done))
  }
}

interface Pretending {
  harness: Harness
  /** What the first attempt is asked to do. */
  first: Promise<HarnessTask>
  /** Ends the run of the first attempt, as if the harness had died. */
  die: () => void
  /** Of each later attempt: its checkout, and what it is told. */
  found: string[]
}

/** An agent whose first attempt does what the story says, and does not end by itself. */
function agent(): Pretending {
  const { promise: first, resolve: arrived } = withResolvers<HarnessTask>()
  const { promise: dead, resolve } = withResolvers<HarnessEnd>()
  const die = () => resolve(failed('harness crash', 'It was killed.'))
  const found: string[] = []
  const harness = pretended(async (task) => {
    if (task.attempt > 1) {
      found.push(await does(task.sandbox, 'git status --porcelain; cat *.txt 2> /dev/null || :'), task.prompt)
      return well()
    }
    task.signal.addEventListener('abort', die)
    arrived(task)
    return dead
  })
  return { harness, first, die, found }
}

interface Scene extends Omit<Pretending, 'harness'> {
  s: Story
  id: number
  /** Of the first attempt, which is at work. */
  sandbox: Sandbox
}

/** Tells what becomes of a ticket whose first attempt is at work and does not end. */
function atWork(tell: (scene: Scene) => Promise<void>, more: Partial<World> = {}): Promise<void> {
  const { harness, ...pretending } = agent()
  return swarm(
    async (s) => {
      await s.commitToMain({ '.gitignore': '' })
      const id = await s.file('Long', [])
      await tick(s.world, s.fleet)
      const { sandbox } = await pretending.first
      await tell({ s, id, sandbox, ...pretending })
    },
    { settings, with: () => ({ harness, ...more }) },
  )
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

it('keeps what an agent has every two minutes, so that a killed server takes no more than that with it', () =>
  atWork(async ({ s, id, sandbox, found }) => {
    await does(sandbox, 'echo one > a.txt')
    await minutesPass(s, id)
    await does(sandbox, 'echo two >> a.txt; echo new > b.txt')
    await minutesPass(s, id)
    await does(sandbox, 'echo three >> a.txt')
    const end = await serverDies(s)
    await s.settle()
    await end()
    expect(found[0]).toBe('A  a.txt\nA  b.txt\none\ntwo\nnew\n')
    expect(found[1]).toContain('The checkout contains the work of attempt 1')
    expect(await s.read('a.txt')).toBe('one\ntwo\n')
  }))

it('touches nothing of an agent that it looks over the shoulder of: index, branch, commits and stash are its own', () =>
  atWork(async ({ s, id, sandbox }) => {
    await does(sandbox, 'echo mine > a.txt; git add a.txt; git commit -qm mine; echo half > b.txt')
    await does(sandbox, 'git add b.txt; echo more >> b.txt; echo lying > c.txt')
    const look = 'git status --porcelain; git log --format=%s; git for-each-ref; git diff --cached'
    const before = await does(sandbox, look)
    await minutesPass(s, id)
    expect(await does(sandbox, look)).toBe(before)
    const work = (await s.attempts(id))[0]!.work!
    for (const [path, text] of [
      ['a.txt', 'mine\n'],
      ['b.txt', 'half\nmore\n'],
      ['c.txt', 'lying\n'],
    ] as const)
      expect((await s.world.repo.read(work, path))?.toString()).toBe(text)
  }))

it('goes on with what was kept when the sandbox itself is gone', () =>
  atWork(async ({ s, id, sandbox, die, found }) => {
    await does(sandbox, 'echo one > a.txt')
    await minutesPass(s, id)
    rmSync(dirname(sandbox.checkout), { recursive: true })
    die()
    await s.tick()
    s.clock.turn(MINUTE)
    await s.settle()
    expect((await s.attempts(id)).map(({ outcome }) => outcome)).toEqual(['bounced', 'landed'])
    expect(found[0]).toBe('A  a.txt\none\n')
  }))

it('is not stopped by what one left that was ended in the middle of keeping something', () =>
  atWork(async ({ s, id, sandbox }) => {
    await does(sandbox, 'echo one > a.txt; echo torn > ~/.kept-index; : > ~/.kept-index.lock')
    await minutesPass(s, id)
    const work = (await s.attempts(id))[0]!.work!
    expect((await s.world.repo.read(work, 'a.txt'))?.toString()).toBe('one\n')
  }))

it('keeps the work of an agent that was killed in the middle of a commit', () =>
  swarm(
    async (s) => {
      const locks = '.git/index.lock .git/HEAD.lock .git/refs/heads/main.lock'
      await s.file('Torn', [{ write: { file: 'a.txt', text: 'fine\n' } }, { run: `touch ${locks}` }])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Torn'])
    },
    { settings },
  ))

it.each(['main', 'main~1'])(
  'keeps what an agent has committed while it looks at %s, and when it dies there',
  (where) =>
    atWork(async ({ s, id, sandbox, die, found }) => {
      await does(sandbox, 'git checkout -q -b mine; echo one > a.txt; git add .; git commit -qm one')
      await minutesPass(s, id)
      await does(sandbox, `git checkout -q ${where}`)
      const tree = await does(sandbox, 'git rev-parse HEAD^{tree}')
      s.clock.turn(2 * MINUTE)
      await expect.poll(async () => (await s.world.repo.find(rawRef(id, 1)))?.tree, SOON).toBe(tree.trim())
      const end = where === 'main' ? await serverDies(s) : die
      await end()
      await s.tick()
      s.clock.turn(MINUTE)
      await s.settle()
      expect(found[0]).toContain('one\n')
      expect(await s.read('a.txt')).toBe('one\n')
    }),
)

it('does not bring back what an agent took back itself', () =>
  atWork(async ({ s, id, sandbox, die, found }) => {
    await does(sandbox, 'echo wrong > a.txt')
    await minutesPass(s, id)
    await does(sandbox, 'rm a.txt; touch .gitkeep; git add .; rm .gitkeep')
    die()
    await s.tick()
    s.clock.turn(MINUTE)
    await s.tick()
    expect(found[0]).not.toContain('a.txt')
    expect(found[1]).not.toContain('The checkout contains')
  }))

it('says once, and not every two minutes, that something cannot be kept', () => {
  const notes: string[] = []
  return atWork(
    async ({ s, sandbox }) => {
      await does(sandbox, 'mv .git away')
      for (let times = 0; times < 3; times++) {
        const before = s.clock.sleepers()
        s.clock.turn(2 * MINUTE)
        await expect.poll(() => s.clock.sleepers(), SOON).toBe(before)
      }
      expect(notes.filter((note) => note.includes('could not be saved'))).toEqual([
        expect.stringMatching(/^the work of attempt 1 at #1 could not be saved: .*not a git repository/),
      ])
    },
    { note: (line: string) => void notes.push(line) },
  )
})

/** An agent with a session: one file of the home, to which each run adds what it was asked. */
function minded(ends: ((task: HarnessTask) => HarnessEnd | Promise<HarnessEnd>)[]) {
  const runs: { session: string | null; mind: string; prompt: string }[] = []
  const mind = (sandbox: Sandbox) => `${sandbox.home}/.mind/s-1`
  const harness: Harness = {
    ...pretended(async (task) => {
      const { sandbox, session, prompt, emit } = task
      emit({ type: 'session', id: 's-1' })
      const before = session === null ? '' : await does(sandbox, `cat ${mind(sandbox)}`)
      const now = `run ${runs.length + 1}\n`
      await sandbox.write(mind(sandbox), before + now)
      await sandbox.write('own.txt', now)
      runs.push({ session, mind: before, prompt })
      return ends[runs.length - 1]?.(task) ?? well('s-1')
    }),
    sessions: {
      folder: '.mind',
      adopt: async (sandbox, session, signal) => {
        const there = await sandbox.exec(['test', '-f', `${sandbox.home}/.mind/${session}`], { signal })
        return there.exit === 0
      },
    },
  }
  return { harness, runs }
}

const BACK = 'You resume your session in a new sandbox'

it('goes on in the same session, in a new sandbox, after a kill of the server', () => {
  const { promise: dead, resolve: die } = withResolvers<HarnessEnd>()
  const { harness, runs } = minded([
    ({ signal }) => {
      signal.addEventListener('abort', () => die(failed('harness crash')))
      return dead
    },
  ])
  return swarm(
    async (s) => {
      await s.commitToMain({ '.gitignore': '' })
      const id = await s.file('Long', [])
      await tick(s.world, s.fleet)
      await expect.poll(() => runs.length, SOON).toBe(1)
      await minutesPass(s, id)
      await expect.poll(() => s.world.sessions.find(`t${id}`), SOON).not.toBeNull()
      const end = await serverDies(s)
      await s.settle()
      await end()
      expect(runs.map(({ session, mind }) => [session, mind])).toEqual([
        [null, ''],
        ['s-1', 'run 1\n'],
      ])
      expect(runs[1]!.prompt).toContain(BACK)
      expect(runs[1]!.prompt).toContain('The checkout contains the work of attempt 1')
      expect((await s.attempts(id)).map(({ session }) => session)).toEqual(['s-1', 's-1'])
    },
    { settings, with: () => ({ harness }) },
  )
})

it.each([
  ['infrastructure', 's-1'],
  ['overloaded', 's-1'],
  ['harness crash', null],
  ['did nothing', null],
] as const)('after an end by %s the next attempt’s session is %s', (reason, session) => {
  const { harness, runs } = minded([() => failed(reason, 'As told.', { session: 's-1' })])
  return swarm(
    async (s) => {
      await s.file('Interrupted', [])
      await s.tick()
      s.clock.turn(10 * MINUTE)
      await s.settle()
      expect(runs[1]).toMatchObject({ session })
      expect(runs[1]!.prompt.includes(BACK)).toBe(session !== null)
    },
    { settings, with: () => ({ harness }) },
  )
})

it.each([
  ['is gone', (s: Story) => rmSync(join(s.world.scratch, '../sessions'), { recursive: true })],
  ['is damaged', damaged],
])('begins a new session when the old one %s', (_, spoil) => {
  const { harness, runs } = minded([() => failed('infrastructure', 'As told.', { session: 's-1' })])
  return swarm(
    async (s) => {
      await s.file('Interrupted', [])
      await s.tick()
      await spoil(s)
      s.clock.turn(10 * MINUTE)
      await s.settle()
      expect(runs[1]).toMatchObject({ session: null })
      expect(await s.main()).toEqual(['ticket-1: Interrupted'])
    },
    { settings, with: () => ({ harness }) },
  )
})

async function damaged(s: Story): Promise<void> {
  await s.world.sessions.keep('t1', async (path) => writeFileSync(path, 'no archive'))
}

it('begins a new session, and charges nothing, when the harness cannot go on in the old one', () => {
  const { harness, runs } = minded([() => failed('infrastructure', 'As told.', { session: 's-1' })])
  const run = harness.run
  harness.run = async (task) =>
    task.session === null ? run(task) : failed('harness crash', 'No such session.', { session: task.session })
  return swarm(
    async (s) => {
      const id = await s.file('Interrupted', [])
      await s.tick()
      s.clock.turn(10 * MINUTE)
      await s.settle()
      expect(runs[1]).toMatchObject({ session: null })
      expect(runs[1]!.prompt).not.toContain(BACK)
      expect((await s.ticket(id)).charged).toBe(0)
      expect((await s.attempts(id)).map(({ outcome }) => outcome)).toEqual(['bounced', 'landed'])
      expect((await s.log(id)).join()).toContain('it starts a new session')
    },
    { settings, with: () => ({ harness }) },
  )
})

it('gives no ticket the session of another, whatever name its agent calls it by', () => {
  const { harness, runs } = minded([
    () => well('s-1'),
    () => failed('infrastructure', 'As told.', { session: 's-1' }),
  ])
  return swarm(
    async (s) => {
      await s.file('First', [])
      await s.settle()
      await s.file('Second', [])
      await s.tick()
      s.clock.turn(10 * MINUTE)
      await s.settle()
      expect(runs[2]).toMatchObject({ session: 's-1', mind: 'run 2\n' })
    },
    { settings, with: () => ({ harness }) },
  )
})

it('takes nothing but sessions out of an archive that an agent has made up', () => {
  const { harness, runs } = minded([
    async ({ sandbox }) => {
      const forge = 'cd "$2"; echo "[alias] x = !true" > .gitconfig; exec /bin/tar -cf - .gitconfig "$6"'
      await sandbox.write(`${sandbox.bin}/tar`, `#!/bin/sh\n${forge}\n`, 0o755)
      return failed('infrastructure', 'As told.', { session: 's-1' })
    },
    async ({ sandbox }) => {
      expect(await does(sandbox, 'cat ~/.gitconfig')).not.toContain('alias')
      return well('s-1')
    },
  ])
  return swarm(
    async (s) => {
      await s.file('Forged', [])
      await s.tick()
      const archive = (await s.world.sessions.find('t1'))!
      expect(execFileSync('tar', ['-tf', archive], { encoding: 'utf8' })).toContain('.gitconfig')
      s.clock.turn(10 * MINUTE)
      await s.settle()
      expect(runs[1]).toMatchObject({ session: 's-1', mind: 'run 1\n' })
      expect(await s.main()).toEqual(['ticket-1: Forged'])
    },
    { settings, with: () => ({ harness }) },
  )
})
