import { expect, it, vi } from 'vitest'
import { recordNotices } from '../../src/life/notices/record.ts'
import { file } from '../../src/life/tickets/file.ts'
import { NO_USAGE } from '../../src/ports/attempts.ts'
import type { HarnessTask } from '../../src/ports/harness.ts'
import type { Channel } from '../../src/ports/notifier.ts'
import { costOfAll } from '../../src/ticket/costs.ts'
import { priceList } from '../../src/ticket/prices.ts'
import { type Answer, failed, pretended, well, works } from './pretended.ts'
import { PERSON, type Story, swarm } from './swarm.ts'

const ON = { propose: true, proposeMaxOpen: 3, proposeInterval: 3600, proposeBudget: 0 }
const HOUR = 3_600_000
const WAIT = { timeout: 20_000, interval: 20 }

const proposal = (title: string, why = 'src/a.ts is wrong.') =>
  `--- proposal ---\n${title}\n${why}\n--- end ---\n`
const says = (summary: string, costUsd: number | null = null) => ({
  ...well(),
  usage: { ...NO_USAGE, inputTokens: 10, costUsd },
  summary,
})

/** A harness that works at tickets, and answers so when it proposes. */
function propose(answer: (task: HarnessTask, nth: number) => ReturnType<Answer>) {
  const asked: HarnessTask[] = []
  const harness = pretended((task) => {
    if (task.access === 'change') return works(task)
    asked.push(task)
    return answer(task, asked.length)
  })
  return { asked, with: () => ({ harness }) }
}

const inbox = async (s: Story) => (await s.world.store.inbox()).map(({ id, title }) => `#${id} ${title}`)

it('spends nothing at all unless it is asked for', () => {
  const { asked, ...rig } = propose(() => says(proposal('Never')))
  return swarm(async (s) => {
    await s.settle()
    s.clock.turn(24 * HOUR)
    await s.settle()
    expect(asked).toEqual([])
    expect(await s.world.store.lastSeq()).toBe(0)
  }, rig)
})

it('reads the code when nothing is ready, and proposes what a person then decides', () => {
  const { asked, ...rig } = propose((_, nth) =>
    says(nth === 1 ? `I found two.\n${proposal('Close the file')}${proposal('Drop the cache')}` : 'Nothing.'),
  )
  return swarm(
    async (s) => {
      const task = await s.file('Real work', [])
      await s.settle()
      expect(asked).toHaveLength(1)
      expect(asked[0]).toMatchObject({ access: 'read', ticket: { title: 'Look for improvements' } })
      expect(asked[0]!.prompt).toContain('propose at most 3 improvements')
      expect(await s.log(2)).toMatchInlineSnapshot(`
        [
          "scout files #2: Look for improvements",
          "agent-1 claims #2 (attempt 1)",
          "agent-1 is working on #2",
          "agent-1 closes #2 without a change: Proposes #3, #4.",
        ]
      `)
      expect(await inbox(s)).toEqual(['#3 Close the file', '#4 Drop the cache'])
      expect(await s.main()).toEqual([`ticket-${task}: Real work`])

      await s.person(3, { type: 'approve', description: 'In a.ts.' })
      await s.person(4, { type: 'reject', reason: 'It is fast enough.' })
      await s.settle()
      expect(await s.ticket(3)).toMatchObject({ type: 'task', parent: 2, stage: { resolution: 'landed' } })
      expect(asked).toHaveLength(1)

      s.clock.turn(HOUR)
      await s.settle()
      expect(asked).toHaveLength(2)
      expect(asked[1]!.prompt).toContain('#4 Drop the cache: It is fast enough.')
    },
    { ...rig, settings: ON },
  )
})

it('does not propose again what is known, and no more than may wait', () => {
  const { asked, ...rig } = propose((_, nth) =>
    says(
      nth === 1
        ? proposal('Drop the cache')
        : ['Drop the CACHE!', 'Write it down', 'One', 'Two', 'one.', 'Three', 'Four']
            .map((t) => proposal(t))
            .join(''),
    ),
  )
  return swarm(
    async (s) => {
      await s.settle()
      await s.person(2, { type: 'reject', reason: '' })
      const own = { title: 'Write it down', assignedTo: 'human', type: 'proposal' } as const
      await file(s.world, own, PERSON)
      s.clock.turn(HOUR)
      await s.settle()
      expect(await inbox(s)).toEqual(['#3 Write it down', '#4 One', '#5 Two'])
      expect((await s.log(1)).at(-1)).toBe(
        'agent-1 closes #1 without a change: Proposes #4, #5. Not filed, because known or above the limit: 5.',
      )
      s.clock.turn(HOUR)
      await s.settle()
      expect(asked).toHaveLength(2)
      await s.person(4, { type: 'reject', reason: 'No.' })
      await s.settle()
      expect(asked).toHaveLength(3)
      expect(asked[2]!.prompt).toContain('propose at most 1 improvements')
    },
    { ...rig, settings: ON },
  )
})

it('refuses an agent that proposes in its work what a person has rejected', () =>
  swarm(async (s) => {
    await s.file('Work', [
      { run: 'ticket create "Drop the cache" --assign human --type proposal' },
      { no_change: 'x' },
    ])
    await s.settle()
    await s.person(2, { type: 'reject', reason: 'It is fast enough.' })
    await s.file('More', [{ run: 'ticket create "Drop the cache." --assign human --type proposal' }])
    await s.settle()
    expect(await inbox(s)).toEqual([])
    expect((await s.attempts(3))[0]?.reason).toContain(
      'A person has already rejected that as #2 (It is fast enough.). Continue without it.',
    )
  }))

it('lets one agent at a time read, and real work goes first', () => {
  let done = () => {}
  const { asked, ...rig } = propose(async () => {
    await new Promise<void>((resolve) => {
      done = resolve
    })
    return says(proposal('Close the file'))
  })
  return swarm(
    async (s) => {
      const idle = s.tick()
      await vi.waitUntil(() => asked.length === 1, WAIT)
      expect([...s.fleet.working.keys()]).toEqual(['agent-1'])
      done()
      await idle
      const task = await s.file('Real work', [])
      s.clock.turn(HOUR)
      const work = s.tick()
      await vi.waitUntil(() => asked.length === 2, WAIT)
      expect(s.fleet.working.get('agent-1')?.ticket.id).toBe(task)
      expect(s.fleet.working.get('agent-2')?.ticket.title).toBe('Look for improvements')
      done()
      await work
    },
    { ...rig, settings: { ...ON, agents: 3 } },
  )
})

it('does not read the same again that gave nothing, until something lands or a person steers it', () => {
  const { asked, ...rig } = propose(() => says('There is nothing to propose.'))
  return swarm(
    async (s) => {
      await s.settle()
      s.clock.turn(10 * HOUR)
      await s.settle()
      expect(asked).toHaveLength(1)
      await s.file('Real work', [])
      await s.settle()
      expect(asked).toHaveLength(2)
      s.clock.turn(10 * HOUR)
      await s.settle()
      expect(asked).toHaveLength(2)
      await s.person(1, { type: 'update', description: 'Look at the tests only.' })
      await s.settle()
      expect(asked).toHaveLength(3)
      expect(asked[2]!.prompt).toContain('Look at the tests only.')
    },
    { ...rig, settings: ON },
  )
})

it('has a budget of its own, which ends it and asks nobody', () => {
  const { asked, ...rig } = propose(({ emit, signal }) => {
    emit({ type: 'usage', usage: { ...NO_USAGE, inputTokens: 1, costUsd: 2 } })
    return new Promise((resolve) => {
      const usage = { ...NO_USAGE, inputTokens: 1, costUsd: 2 }
      signal.addEventListener('abort', () => resolve({ ...failed('harness crash'), usage }))
    })
  })
  return swarm(
    async (s) => {
      await s.settle()
      expect((await s.attempts(1))[0]).toMatchObject({
        outcome: 'bounced',
        reason: 'budget: Proposing has used $2.00 today of the propose_budget of $1.50.',
      })
      expect((await s.ticket(1)).stage).toMatchObject({ status: 'done', resolution: 'cancelled' })
      expect(await inbox(s)).toEqual([])
      s.clock.turn(5 * HOUR)
      await s.settle()
      expect(asked).toHaveLength(1)
      s.clock.turn(24 * HOUR)
      await s.settle()
      expect(asked).toHaveLength(2)
      const cost = costOfAll(await s.world.store.spending({ since: 0, ticket: 1 }), priceList([]))
      expect(cost.usd).toBe(4)
    },
    { ...rig, settings: { ...ON, proposeBudget: 1.5, ticketBudget: 1 } },
  )
})

it('tries again ever more rarely when it fails, and asks nobody for it', () => {
  const { asked, ...rig } = propose(() => failed('harness crash'))
  return swarm(
    async (s) => {
      const times: number[] = []
      for (let hour = 0; hour < 16; hour++) {
        await s.settle()
        if (asked.length > times.length) times.push(hour)
        s.clock.turn(HOUR)
      }
      expect(times).toEqual([0, 2, 6, 14])
      expect(await inbox(s)).toEqual([])
      expect((await s.ticket(1)).stage.status).toBe('done')
    },
    { ...rig, settings: ON },
  )
})

it('stops when it is switched off, and hands nothing back that would be taken up again', () => {
  const { asked, ...rig } = propose(
    ({ signal }) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(failed('harness crash')))),
  )
  return swarm(
    async (s) => {
      const idle = s.tick()
      await vi.waitUntil(() => asked.length === 1, WAIT)
      s.settings.propose = false
      s.fleet.working.get('agent-1')!.stop.abort('The server stopped.')
      await idle
      expect((await s.ticket(1)).stage).toMatchObject({ status: 'done', resolution: 'cancelled' })
      s.clock.turn(24 * HOUR)
      await s.settle()
      expect(asked).toHaveLength(1)
    },
    { ...rig, settings: ON },
  )
})

it('is no work of its own: all done is told once, when the last ticket is', () => {
  const { asked, ...rig } = propose(() => says('Nothing.'))
  const channels: Channel[] = [
    {
      ...{ name: 'a', kinds: ['all-done'], actions: false },
      ...{ quietHours: null, digest: null, timeZone: 'UTC' },
      notifier: { repeatable: true, send: async () => ({ kind: 'sent' }) },
    },
  ]
  return swarm(
    async (s) => {
      await recordNotices(s.world, channels)
      await s.file('Real work', [])
      await s.settle()
      expect(asked).toHaveLength(1)
      await recordNotices(s.world, channels)
      s.clock.turn(HOUR)
      await s.person(1, { type: 'comment', author: 'human', body: 'Good.' })
      await s.person(2, { type: 'update', description: 'Again.' })
      await s.settle()
      expect(asked).toHaveLength(2)
      await recordNotices(s.world, channels)
      const told = await s.world.store.notices({ states: ['waiting'], limit: 9 })
      expect(told.map(({ kind }) => kind)).toEqual(['all-done'])
    },
    { ...rig, settings: ON },
  )
})

it('is played by the scripted agent from what a person wrote into its ticket', () =>
  swarm(
    async (s) => {
      await s.settle()
      s.clock.turn(1000)
      const script = [{ say: proposal('Write a test') }]
      const description = `\`\`\`script\n${JSON.stringify(script)}\n\`\`\`\n`
      await s.person(1, { type: 'update', description })
      s.clock.turn(HOUR)
      await s.settle()
      expect(await inbox(s)).toEqual(['#2 Write a test'])
      await s.person(2, { type: 'reject', reason: '' })
      const writing = `\`\`\`script\n[{"write": {"file": "a.txt", "text": "a"}}]\n\`\`\`\n`
      await s.person(1, { type: 'update', description: writing })
      s.clock.turn(HOUR)
      await s.settle()
      expect((await s.attempts(1)).at(-1)?.reason).toBe(
        'harness crash: I may only read here, and the script says write.',
      )
      expect(await s.main()).toEqual([])
    },
    { settings: ON },
  ))
