import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { paused } from '../../src/life/limits/may-claim.ts'
import { answer } from '../../src/life/tickets/answer.ts'
import { PERSON, type Story, swarm } from './swarm.ts'

const write = (file: string, text = 'fine\n') => ({ write: { file, text } })
const MINUTE = 60_000

/** A gate that runs each test, and says how it went as TAP does. */
const TAP = `#!/bin/sh
red=0
n=0
for each in tests/*.sh; do
  n=$((n + 1))
  if sh "$each"; then echo "ok $n - $each"; else echo "not ok $n - $each"; red=1; fi
done
exit $red
`
const PASSES = 'exit 0\n'
const FAILS = 'exit 1\n'
const RED = { 'verify.sh': TAP, 'tests/add.sh': FAILS, 'tests/sub.sh': PASSES }
const GREEN = { ...RED, 'tests/add.sh': PASSES }

const tested = (name: string) => [write(`tests/${name}.sh`, PASSES)]
const mends = [write('tests/add.sh', PASSES)]

async function untilNothingIsTried(s: Story) {
  for (let at = 0; at < 6; at++) {
    await s.settle()
    s.clock.turn(MINUTE)
  }
}

const openQuestions = async (s: Story) =>
  (await s.world.store.inbox()).map(({ id, title }) => ({ id, title }))

const tries = async (s: Story, ids: number[]) =>
  (await Promise.all(ids.map((id) => s.attempts(id)))).map((attempts) => attempts.length)

async function prompts(s: Story, ticket: number): Promise<string[]> {
  const [attempt] = await s.attempts(ticket)
  const { text } = (await s.world.transcripts.read(attempt!.transcript!, 0, 1_000_000))!
  const events = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  return events.filter(({ type }) => type === 'prompt').map((event) => event.text)
}

describe('a ticket whose job is to mend a red main', () => {
  it('gets the evidence, mends it within the same attempt and lands', () =>
    swarm(
      async (s) => {
        const id = await s.file('Mend add', [
          { on: 'start', do: [write('src/add.txt')] },
          { on: 'red', do: mends },
        ])
        await s.settle()
        expect(await s.main()).toEqual(['ticket-1: Mend add'])
        const [, told] = await prompts(s, id)
        expect(told).toContain('main itself is red')
        expect(told).toContain('- tests/add.sh')
        expect(told).toContain('leave your change as it is')
      },
      { files: RED },
    ))

  it('is tried again, not given to a person, when its agent does not manage at once', () =>
    swarm(
      async (s) => {
        const id = await s.file('Mend add', [
          { on: 'start', do: [write('src/add.txt')] },
          { on: 'red', do: [] },
          { on: 'again', do: mends },
        ])
        await untilNothingIsTried(s)
        expect(await s.main()).toEqual(['ticket-1: Mend add'])
        expect((await s.attempts(id)).map(({ outcome }) => outcome)).toEqual(['bounced', 'landed'])
        expect((await s.ticket(id)).charged).toBe(0)
      },
      { files: RED },
    ))
})

describe('a change on a main that is red', () => {
  it('is told what is new apart from what main is red on, and is charged for it', () =>
    swarm(
      async (s) => {
        const id = await s.file('Multiply', [write('tests/mul.sh', FAILS)])
        await s.tick()
        const [attempt] = await s.attempts(id)
        expect(attempt?.reason).toMatch(/^gate red:/)
        expect(attempt?.reason).toContain('New with your change:\n- tests/mul.sh\n')
        expect(attempt?.reason).toContain('Already red on main:\n- tests/add.sh')
        expect((await s.ticket(id)).charged).toBe(1)
        const [, told] = await prompts(s, id)
        expect(told).toContain('1 failure is new. main is red, too, but with other failures.')
        expect((await s.world.store.receipts({ ticket: id, limit: 1 }))[0]?.preExisting).toBe(false)
      },
      { files: RED, settings: { verifyRetries: 1 } },
    ))

  it('costs its agent one look when that leaves the change as it is', () =>
    swarm(
      async (s) => {
        const id = await s.file('Multiply', [
          { on: 'start', do: tested('mul') },
          { on: 'red', do: [] },
        ])
        await s.tick()
        expect(await prompts(s, id)).toHaveLength(2)
        expect((await s.attempts(id))[0]?.reason).toMatch(/^pre-existing:/)
      },
      { files: RED, settings: { verifyRetries: 5 } },
    ))
})

describe('a main that is red on what no ticket mends', () => {
  it('is asked about once, after two tickets have met it, and nobody is charged', () =>
    swarm(
      async (s) => {
        const ids = []
        for (const name of ['one', 'two', 'three', 'four']) ids.push(await s.file(name, tested(name)))
        await untilNothingIsTried(s)
        expect(await tries(s, ids)).toEqual([1, 1, 0, 0])
        expect(await openQuestions(s)).toEqual([
          { id: 5, title: 'main is red on tests/add.sh: fix it with a ticket, or resume?' },
        ])
        const { description } = await s.ticket(5)
        expect(description).toContain('- tests/add.sh\n')
        expect(description).toContain('#1, #2')
        expect(description).toContain('--priority 1')
        expect(await paused(s.world, s.fleet)).toMatchObject({
          cause: 'main is red',
          reason: 'main is red on tests/add.sh.',
          ticket: 5,
        })
        expect(s.fleet.idle).toEqual({ kind: 'main is red', above: 0 })
        for (const id of ids)
          expect(await s.ticket(id)).toMatchObject({
            charged: 0,
            stage: { status: 'open', assignedTo: null },
          })
      },
      { files: RED, settings: { agents: 1 } },
    ))

  it('stops a swarm of one ticket after its second try', () =>
    swarm(
      async (s) => {
        const id = await s.file('one', tested('one'))
        await untilNothingIsTried(s)
        expect(await tries(s, [id])).toEqual([2])
        expect(await openQuestions(s)).toHaveLength(1)
      },
      { files: RED },
    ))

  it('lets a ticket of a higher priority through, and everybody goes on when that has mended it', () =>
    swarm(
      async (s) => {
        const ids = []
        for (const name of ['one', 'two', 'three']) ids.push(await s.file(name, tested(name)))
        await untilNothingIsTried(s)
        await s.file('Mend add', mends, { priority: 1 })
        await untilNothingIsTried(s)
        expect((await s.main())[0]).toBe('ticket-5: Mend add')
        expect((await s.main()).slice(1).sort()).toEqual([
          'ticket-1: one',
          'ticket-2: two',
          'ticket-3: three',
        ])
        expect((await s.ticket(4)).stage).toMatchObject({ status: 'done', reason: 'main is green again.' })
        expect(await openQuestions(s)).toEqual([])
        expect(await paused(s.world, s.fleet)).toBeNull()
      },
      { files: RED, settings: { agents: 1 } },
    ))

  it('is told of in the question when a ticket that was let through has not mended it', () =>
    swarm(
      async (s) => {
        for (const name of ['one', 'two']) await s.file(name, tested(name))
        await untilNothingIsTried(s)
        const late = await s.file('Try to mend add', tested('late'), { priority: 1 })
        await untilNothingIsTried(s)
        expect(await tries(s, [late])).toEqual([1])
        const said = (await s.world.store.comments(3)).map(({ body }) => body)
        expect(said).toEqual([
          `#${late} failed on it, too. Now only tickets with \`--priority 2\` or more are claimed.`,
        ])
        await s.file('Mend add', mends, { priority: 2 })
        await untilNothingIsTried(s)
        expect((await s.main())[0]).toBe('ticket-5: Mend add')
        expect(await s.main()).toHaveLength(4)
      },
      { files: RED, settings: { agents: 1 } },
    ))

  it('lets two more try when the person says to go on, and asks again', () =>
    swarm(
      async (s) => {
        const ids = []
        for (const name of ['one', 'two', 'three', 'four']) ids.push(await s.file(name, tested(name)))
        await untilNothingIsTried(s)
        await answer(s.world, 5, 'Go on.', PERSON)
        await untilNothingIsTried(s)
        expect((await tries(s, ids)).reduce((sum, each) => sum + each, 0)).toBe(4)
        expect((await openQuestions(s)).map(({ id }) => id)).toEqual([6])
      },
      { files: RED, settings: { agents: 1 } },
    ))

  it('asks its gate again when the person says to go on: it may have been mended outside', () => {
    const folder = mkdtempSync(join(tmpdir(), 'swarm-outside-'))
    const service = join(folder, 'service')
    const gate = `#!/bin/sh\nif [ -e ${service} ]; then exit 0; fi\necho "Error: no service"\nexit 1\n`
    return swarm(
      async (s) => {
        const ids = [await s.file('one', [write('one.txt')]), await s.file('two', [write('two.txt')])]
        await untilNothingIsTried(s)
        expect(await openQuestions(s)).toHaveLength(1)
        expect(existsSync(service)).toBe(false)
        writeFileSync(service, '')
        await answer(s.world, 3, 'The service runs again.', PERSON)
        await untilNothingIsTried(s)
        expect(await s.main()).toHaveLength(2)
        for (const id of ids) expect((await s.ticket(id)).charged).toBe(0)
      },
      { files: { 'verify.sh': gate }, settings: { agents: 1 } },
    ).finally(() => rmSync(folder, { recursive: true }))
  })
})

/** Tells a story whose gate is green while a service outside the project runs, and writes down each run. */
async function withService(tell: (s: Story, service: string, runs: () => string[]) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), 'swarm-outside-'))
  const [service, log] = [join(folder, 'service'), join(folder, 'runs')]
  const gate = `#!/bin/sh
echo "\${TICKET_ID:-main}" >> ${log}
if [ -e ${service} ]; then exit 0; fi
echo "Error: no service"
exit 1
`
  writeFileSync(service, '')
  const runs = () => readFileSync(log, 'utf8').trim().split('\n')
  const files = { 'verify.sh': gate }
  await swarm((s) => tell(s, service, runs), { files, settings: { agents: 1 } }).finally(() =>
    rmSync(folder, { recursive: true }),
  )
}

describe('a main that was green and turns red by itself', () => {
  it('is no fault of the tickets that meet it, and its gate is run once for all of them', () =>
    withService(async (s, service, runs) => {
      await s.file('zero', [write('zero.txt')])
      await s.settle()
      expect(await s.main()).toHaveLength(1)
      s.clock.turn(60 * MINUTE)
      rmSync(service)
      const before = runs().length
      const ids = [await s.file('one', [write('one.txt')]), await s.file('two', [write('two.txt')])]
      await s.settle()
      for (const id of ids) expect(await s.ticket(id)).toMatchObject({ charged: 0 })
      expect((await s.attempts(ids[0]!))[0]?.reason).toMatch(/^pre-existing:/)
      expect((await openQuestions(s)).map(({ title }) => title)).toEqual([
        'main is red on Error: no service: fix it with a ticket, or resume?',
      ])
      const again = runs().slice(before)
      // Twice, since what is red is always run once more on the same tree.
      expect(again.filter((of) => of === 'main')).toHaveLength(2)
    }))

  it('is asked again from time to time, ever more rarely, and everybody goes on when it is green', () =>
    withService(async (s, service, runs) => {
      rmSync(service)
      for (const name of ['one', 'two']) await s.file(name, [write(`${name}.txt`)])
      await s.settle()
      expect(await openQuestions(s)).toHaveLength(1)
      const before = runs().length
      for (let hours = 0; hours < 24; hours++) {
        s.clock.turn(60 * MINUTE)
        await s.tick()
      }
      const looks = (runs().length - before) / 2
      expect(looks).toBeGreaterThan(2)
      expect(looks).toBeLessThan(9)
      writeFileSync(service, '')
      s.clock.turn(24 * 60 * MINUTE)
      await s.settle()
      expect(await openQuestions(s)).toEqual([])
      expect(await s.main()).toHaveLength(2)
    }))

  it('is believed to be green for a while: a change that is red is not compared with it each time', () =>
    withService(async (s, service, runs) => {
      await s.file('zero', [write('zero.txt')])
      await s.settle()
      rmSync(service)
      const before = runs().length
      const id = await s.file('one', [write('one.txt')])
      await s.tick()
      expect((await s.attempts(id))[0]?.reason).toMatch(/^gate red:/)
      expect(runs().slice(before)).not.toContain('main')
    }))
})

describe('a push from outside', () => {
  it('that mends main lets everybody go on by themselves', () =>
    swarm(
      async (s) => {
        for (const name of ['one', 'two', 'three']) await s.file(name, tested(name))
        await untilNothingIsTried(s)
        await s.commitToMain({ 'tests/add.sh': PASSES })
        await untilNothingIsTried(s)
        expect((await s.main()).slice(1).sort()).toEqual([
          'ticket-1: one',
          'ticket-2: two',
          'ticket-3: three',
        ])
        expect(await openQuestions(s)).toEqual([])
      },
      { files: RED, settings: { agents: 1 } },
    ))

  it('that leaves main red costs a run of its gate, and no attempt', () =>
    swarm(
      async (s) => {
        const ids = []
        for (const name of ['one', 'two', 'three']) ids.push(await s.file(name, tested(name)))
        await untilNothingIsTried(s)
        await s.commitToMain({ 'README.md': 'A better project.\n' })
        await untilNothingIsTried(s)
        expect(await tries(s, ids)).toEqual([1, 1, 0])
        expect(await openQuestions(s)).toHaveLength(1)
      },
      { files: RED, settings: { agents: 1 } },
    ))

  it('that turns main red is not held against what had been submitted', () =>
    swarm(
      async (s) => {
        const id = await s.file('one', tested('one'))
        s.fleet.mergeQueue = { at: null, done: Promise.resolve() }
        await s.tick()
        expect((await s.ticket(id)).stage.status).toBe('ready')
        await s.commitToMain({ 'tests/add.sh': FAILS })
        s.fleet.mergeQueue = null
        await s.tick()
        expect(await s.ticket(id)).toMatchObject({ charged: 0, stage: { status: 'open', assignedTo: null } })
        await s.commitToMain({ 'tests/add.sh': PASSES })
        await untilNothingIsTried(s)
        expect((await s.main()).at(-1)).toBe('ticket-1: one')
      },
      { files: GREEN },
    ))
})
