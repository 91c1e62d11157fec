import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { shown } from '../../src/cli/ticket/reading.ts'
import { claimNext } from '../../src/life/agents/claim.ts'
import { RENEW_MS } from '../../src/life/lease.ts'
import { paused } from '../../src/life/limits/may-claim.ts'
import { run } from '../../src/life/run.ts'
import { tick } from '../../src/life/tick.ts'
import { answer } from '../../src/life/tickets/answer.ts'
import type { Sandboxes } from '../../src/ports/sandbox.ts'
import type { World } from '../../src/ports/world.ts'
import type { HandClock } from './clock.ts'
import { swarm } from './swarm.ts'

const write = (file: string, text = 'fine\n') => ({ write: { file, text } })
const HOUR = 3_600_000

it('never takes "the agent changed nothing" for done', () =>
  swarm(async (s) => {
    const id = await s.file('Do something', [{ say: 'All good.' }])
    await s.settle()
    expect((await s.ticket(id)).stage).toMatchObject({ status: 'open', assignedTo: null })
    expect((await s.attempts(id))[0]?.reason).toContain('did nothing')
  }))

it('tells the end of a long red gate from the beginning of a line, and marks what is left out', () =>
  swarm(
    async (s) => {
      const id = await s.file('Break it', [write('a.txt', 'BUG\n')])
      await s.settle()
      const [attempt] = await s.attempts(id)
      expect(attempt?.reason).toMatch(/^gate red: … this is line \d+ of many\nthis is line/)
      const page = await (await shown(s.world.store, await s.ticket(id), s.clock.now())).text()
      expect(page).toMatch(/^ {4}1: sent back: gate red: … this is line \d+ of many$/m)
    },
    {
      files: {
        'verify.sh':
          '#!/bin/sh\ngrep -q BUG a.txt || exit 0\nfor n in $(seq 1000); do echo "this is line $n of many"; done\nexit 1\n',
      },
      settings: { verifyRetries: 0 },
    },
  ))

it('closes a ticket without a change when the agent says why', () =>
  swarm(async (s) => {
    const id = await s.file('Fix the typo', [{ no_change: 'It was mended with #3.' }])
    await s.settle()
    expect((await s.ticket(id)).stage).toMatchObject({
      status: 'done',
      resolution: 'no-change',
      reason: 'It was mended with #3.',
    })
    expect(await s.main()).toEqual([])
  }))

it('asks a person after three failed attempts, and never starves the tickets behind', () =>
  swarm(
    async (s) => {
      const poison = await s.file('Impossible', [write('a.txt', 'BUG\n')])
      const good = await s.file('Easy', [write('b.txt')])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-2: Easy'])
      expect((await s.ticket(good)).stage.status).toBe('done')
      const { stage, charged } = await s.ticket(poison)
      expect(charged).toBe(3)
      expect(stage).toMatchObject({ status: 'open', assignedTo: 'human' })
      expect((await s.log(poison)).at(-1)).toContain("give the ticket back with 'ticket unclaim 1'")
    },
    { settings: { verifyRetries: 0 } },
  ))

it('starts counting anew when the person gives the ticket back', () =>
  swarm(
    async (s) => {
      const id = await s.file('Hard', [write('a.txt', 'BUG\n')])
      await s.settle()
      await s.person(id, { type: 'release' })
      expect(await s.ticket(id)).toMatchObject({ charged: 0, stage: { status: 'open', assignedTo: null } })
      await s.tick()
      expect((await s.attempts(id)).length).toBe(4)
    },
    { settings: { verifyRetries: 0 } },
  ))

it('goes on from the work of an agent that was killed', () =>
  swarm(async (s) => {
    const id = await s.file('Two halves', [
      { on: 'start', do: [write('first.txt'), { kill: true }] },
      { on: 'again', do: [{ run: 'test -e first.txt' }, write('second.txt')] },
    ])
    await s.settle()
    s.clock.turn(HOUR)
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Two halves'])
    expect((await s.attempts(id)).map(({ reason }) => reason?.split(':')[0])).toEqual([
      'harness crash',
      expect.any(String),
    ])
  }))

it('holds a usage limit against the account, not against the ticket', () =>
  swarm(
    async (s) => {
      const id = await s.file('Expensive', [
        { on: 'start', do: [{ fail: { reason: 'usage limit', detail: 'Used up.', until: 600 } }] },
        { on: 'again', do: [write('a.txt')] },
      ])
      await s.file('Other', [write('b.txt')])
      await s.settle()
      const pause = await paused(s.world, s.fleet)
      expect(pause).toMatchObject({ cause: 'usage limit', reason: 'Used up.' })
      expect(await s.main()).toEqual([])
      expect((await s.ticket(id)).charged).toBe(0)
    },
    { settings: { agents: 1 } },
  ))

it('says that a gate which cannot run is no verdict, and asks a person in the end', () =>
  swarm(
    async (s) => {
      const id = await s.file('Innocent', [write('a.txt')])
      for (let at = 0; at < 4; at++) {
        await s.settle()
        s.clock.turn(HOUR)
      }
      expect(await s.main()).toEqual([])
      const { stage, charged } = await s.ticket(id)
      expect(charged).toBe(0)
      expect(stage).toMatchObject({ status: 'open', assignedTo: 'human' })
      expect((await s.attempts(id))[0]?.reason).toContain('not installed (exit 127)')
    },
    { files: { 'verify.sh': '#!/bin/sh\nno-such-test-runner\n' } },
  ))

it('lands nothing on a project that has no gate', () =>
  swarm(
    async (s) => {
      const id = await s.file('Anything', [write('a.txt')])
      for (let at = 0; at < 4; at++) {
        await s.settle()
        s.clock.turn(HOUR)
      }
      expect(await s.main()).toEqual([])
      expect((await s.attempts(id))[0]?.reason).toContain('main has no verify.sh')
    },
    { files: { 'verify.sh': null } },
  ))

it('lands what is green on a second try, and marks it as flaky', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flaky-'))
  const gate = `#!/bin/sh\nif [ -e ${folder}/ran ]; then exit 0; fi\ntouch ${folder}/ran\nexit 1\n`
  return swarm(
    async (s) => {
      const id = await s.file('Fine', [write('a.txt')])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Fine'])
      const [receipt] = await s.world.store.receipts({ ticket: id, limit: 1 })
      expect(receipt).toMatchObject({ verdict: 'green', flaky: true })
    },
    { files: { 'verify.sh': gate } },
  ).finally(() => rmSync(folder, { recursive: true }))
})

it('tells a failure that main has already from a new one', () =>
  swarm(
    async (s) => {
      const id = await s.file('Innocent', [write('a.txt')])
      await s.settle()
      const { stage, charged } = await s.ticket(id)
      expect(charged).toBe(0)
      expect(stage).toMatchObject({ status: 'open', assignedTo: null })
      expect((await s.attempts(id))[0]?.reason).toContain('pre-existing')
      expect((await s.world.store.receipts({ ticket: id, limit: 1 }))[0]?.preExisting).toBe(true)
    },
    { files: { 'broken.txt': 'BUG\n' } },
  ))

it('lands the ticket that mends a main which is red', () =>
  swarm(
    async (s) => {
      await s.file('Mend main', [write('broken.txt', 'mended\n')])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Mend main'])
    },
    { files: { 'broken.txt': 'BUG\n' } },
  ))

it('ends a gate that takes too long and counts it as red', () =>
  swarm(
    async (s) => {
      const id = await s.file('Loop', [write('loop.txt')])
      await s.settle()
      expect((await s.attempts(id))[0]?.reason).toContain('longer than verify_timeout')
    },
    {
      files: { 'verify.sh': '#!/bin/sh\n[ ! -e loop.txt ] || exec sleep 600\n' },
      settings: { verifyTimeout: 0.3, verifyRetries: 0 },
    },
  ))

it('stops the agent of a ticket that a person takes back, and keeps its work', () =>
  swarm(async (s) => {
    const id = await s.file('Long', [write('begun.txt'), { hang: true }])
    await tick(s.world, s.fleet)
    await begun(s, id)
    await s.person(id, { type: 'release', reason: 'I need it myself.' })
    await tick(s.world, s.fleet)
    await Promise.all([...s.fleet.working.values()].map(({ done }) => done))
    const [attempt] = await s.attempts(id)
    expect(attempt).toMatchObject({ outcome: 'released', reason: 'I need it myself.' })
    expect(attempt?.work).not.toBeNull()
  }))

it('lets an attempt whose lease ran out change nothing more', () =>
  swarm(async (s) => {
    const id = await s.file('Slow', [write('a.txt')])
    const late = { type: 'submit', attempt: 1, work: 'f'.repeat(40) } as const
    await s.settle()
    expect(await s.person(id, late)).toMatchObject({ refused: 'late' })
  }))

it('puts tickets of a dead server back and lands what it had submitted', () =>
  swarm(async (s) => {
    const working = await s.file('Half done', [write('a.txt')])
    const submitted = await s.file('Submitted', [write('b.txt')])
    const { store } = s.world
    const dead = { holder: 'agent-9', leaseMs: 60_000, harness: 'scripted' }
    await claimNext(s.world, dead)
    s.fleet.mergeQueue = { at: null, done: Promise.resolve() }
    await s.tick()
    expect((await s.ticket(submitted)).stage.status).toBe('ready')
    const running = await run(s.world)
    await until(async () => (await store.count({ status: ['done'] })) === 2)
    await running.stop()
    expect(await s.log(working)).toContain(
      'rescue takes #1 back from a lost attempt: agent-9 stopped without a result. The ticket is back on the ready list.',
    )
    expect((await s.main()).sort()).toEqual(['ticket-1: Half done', 'ticket-2: Submitted'])
  }))

it('hands every ticket back when it is stopped, with the work so far', () =>
  swarm(
    async (s) => {
      const ids = [
        await s.file('One', [write('one.txt'), { hang: true }]),
        await s.file('Two', [write('two.txt'), { hang: true }]),
      ]
      const running = await run(s.world)
      for (const id of ids) await begun(s, id)
      await running.stop()
      for (const id of ids) {
        expect((await s.ticket(id)).stage).toMatchObject({ status: 'open', assignedTo: null })
        expect((await s.attempts(id))[0]).toMatchObject({ outcome: 'released', work: expect.any(String) })
      }
    },
    { settings: { agents: 2 } },
  ))

it('leaves what was submitted to the merge queue, however long the sandbox takes to close', () =>
  swarm(
    async (s) => {
      const id = await s.file('Slow to leave', [write('a.txt')])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Slow to leave'])
      expect((await s.attempts(id)).map(({ outcome }) => outcome)).toEqual(['landed'])
    },
    { with: closingSlowly },
  ))

/** A renewal falls due while each sandbox closes. */
function closingSlowly({ clock, sandboxes, store }: World): Partial<World> {
  const open: Sandboxes['open'] = async (spec, signal) => {
    const sandbox = await sandboxes.open(spec, signal)
    const close = async () => {
      ;(clock as HandClock).turn(RENEW_MS)
      await store.transact(async () => {})
      await sandbox.close()
    }
    return { ...sandbox, close }
  }
  return { sandboxes: { ...sandboxes, open } }
}

it('splits a ticket up when its agent says so', () =>
  swarm(async (s) => {
    const sub = (file: string) => ({ create: { title: `Add ${file}`, script: [write(file)] } })
    const id = await s.file('Big', [sub('a.txt'), sub('b.txt'), { complete: true }])
    await s.settle()
    expect((await s.ticket(id)).stage).toMatchObject({ status: 'done', resolution: 'decomposed' })
    expect(await s.main()).toEqual(['ticket-2: Add a.txt', 'ticket-3: Add b.txt'])
    expect((await s.ticket(2)).parent).toBe(id)
  }))

it('asks a person and goes on with the answer', () =>
  swarm(async (s) => {
    const id = await s.file('Which database?', [
      { on: 'start', do: [write('begun.txt'), { ask: 'PostgreSQL or SQLite?' }] },
      { on: 'again', do: [write('db.txt', 'SQLite\n')] },
    ])
    await s.settle()
    expect((await s.ticket(id)).blockedBy).toEqual([2])
    expect((await s.world.store.inbox()).map(({ title }) => title)).toEqual(['PostgreSQL or SQLite?'])
    await answer(s.world, 2, 'SQLite', { kind: 'person', name: 'human' })
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Which database?'])
    expect((await s.tree()).join()).toContain('begun.txt')
    const told = (await s.world.store.comments(id)).map(({ body }) => body)
    expect(told).toEqual(['Answer to #2 (PostgreSQL or SQLite?): SQLite'])
  }))

it('does not let an agent speak for a person or touch other tickets', () =>
  swarm(async (s) => {
    const other = await s.file('Other', [write('x.txt')], { assignedTo: 'human', type: 'proposal' })
    const cheat = (command: string) => ({ run: { command: `${command} && touch cheated`, may_fail: true } })
    const id = await s.file('Cheat', [
      cheat(`ticket approve ${other}`),
      cheat(`ticket mark-done ${other}`),
      cheat(`ticket comment ${other} hello --author human`),
      cheat('ticket update 2 --status ready'),
      { run: 'ticket comment 2 "mine" --author human' },
      write('a.txt'),
    ])
    await s.settle()
    expect((await s.tree()).join()).not.toContain('cheated')
    expect((await s.ticket(other)).stage).toMatchObject({ status: 'open', assignedTo: 'human' })
    expect((await s.world.store.comments(id)).map(({ author }) => author)).toEqual(['agent-1'])
  }))

it('keeps a disk that is full from looking like a verdict', () =>
  swarm(
    async (s) => {
      const id = await s.file('Innocent', [write('a.txt')])
      chmodSync(s.world.scratch, 0o500)
      await s.settle()
      chmodSync(s.world.scratch, 0o700)
      expect((await s.ticket(id)).charged).toBe(0)
      s.clock.turn(HOUR)
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Innocent'])
    },
    {
      files: { 'verify.sh': '#!/bin/sh\nif [ -e full ]; then echo "No space left on device"; exit 1; fi\n' },
    },
  ))

type S = Parameters<Parameters<typeof swarm>[0]>[0]

/** Until the agent has written something: its transcript tells. */
const begun = (s: S, id: number) =>
  until(async () => {
    const [attempt] = await s.attempts(id)
    const text = attempt?.transcript && (await s.world.transcripts.read(attempt.transcript, 0, 100_000))?.text
    return Boolean(text && /"type":"tool_end"/.test(text))
  })

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let at = 0; at < 600; at++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it never came about')
}
