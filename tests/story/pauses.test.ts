import { expect, it, vi } from 'vitest'
import { newFleet } from '../../src/life/fleet.ts'
import { paused } from '../../src/life/limits/may-claim.ts'
import { pausesOf } from '../../src/life/limits/pauses.ts'
import { tick } from '../../src/life/tick.ts'
import { answer } from '../../src/life/tickets/answer.ts'
import { NO_USAGE } from '../../src/ports/attempts.ts'
import type { HarnessTask } from '../../src/ports/harness.ts'
import type { Sandboxes } from '../../src/ports/sandbox.ts'
import { Trouble } from '../../src/ports/trouble.ts'
import type { World } from '../../src/ports/world.ts'
import { type Answer, failed, pretended, well, works } from './pretended.ts'
import { PERSON, type Story, swarm } from './swarm.ts'

// Dozens of attempts in real checkouts, on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000 })

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** A swarm whose model answers as `answer` says at the moment. */
function told(answer: Answer, tell: (s: Story) => Promise<void>, settings = {}, random = () => 0) {
  const harness = pretended(answer)
  return swarm(tell, { with: () => ({ harness, random }), settings })
}

const files = async (s: Story, count: number) => {
  for (let n = 1; n <= count; n++) await s.file(`Ticket ${n}`, [])
}
const allDone = (s: Story) => s.world.store.count({ status: ['done'] })
const charges = async (s: Story) => (await s.world.store.tickets({})).map(({ charged }) => charged)

/** Says why nothing is to be changed: 34 landings would tell no more. */
async function closes({ sandbox, ticket, signal }: HarnessTask) {
  await sandbox.exec(['ticket', 'complete', String(ticket.id), '--no-change', 'It is fine.'], { signal })
  return well()
}

it('lets all 32 agents stop claiming when one of them hits the usage limit, and go on after the reset', () => {
  let limitedUntil: number | null = null
  let runs = 0
  const model: Answer = (task) => {
    runs++
    return limitedUntil === null ? closes(task) : failed('usage limit', 'Used up.', { until: limitedUntil })
  }
  return told(
    model,
    async (s) => {
      await files(s, 34)
      limitedUntil = s.clock.now() + 30 * MINUTE
      await s.settle()
      expect(runs, 'who was at work already ran into it; nobody began after that').toBe(32)
      expect(await charges(s)).toEqual(Array(34).fill(0))
      expect(await paused(s.world, s.fleet)).toMatchObject({
        cause: 'usage limit',
        until: limitedUntil + MINUTE / 2,
      })
      s.clock.turn(30 * MINUTE)
      await s.settle()
      expect(runs, 'not in the second of the reset').toBe(32)
      limitedUntil = null
      s.clock.turn(MINUTE / 2)
      await s.settle()
      expect(await allDone(s)).toBe(34)
      expect(await charges(s)).toEqual(Array(34).fill(0))
      expect(await pausesOf(s.world.store, s.clock.now())).toEqual([])
    },
    { agents: 32 },
    () => 0.5,
  )
})

it('goes on in the same session and sandbox after a usage limit: no new attempt, nothing charged, the work still there', () => {
  const seen: (string | null)[] = []
  const model: Answer = async (task) => {
    seen.push(task.session)
    if (seen.length > 1) return works(task)
    await task.sandbox.write(`${task.sandbox.checkout}/half.txt`, 'begun\n')
    return failed('usage limit', 'Used up.', { session: 's-1' })
  }
  return told(model, async (s) => {
    const id = await s.file('Long', [])
    await s.settle()
    expect(await s.log(id)).toContain(
      'agent-1 is working on #1 again: it waits for the usage limit, then resumes the same session: Used up.',
    )
    expect((await s.ticket(id)).stage).toMatchObject({ status: 'in_progress', attempt: 1 })
    s.clock.turn(5 * MINUTE)
    await s.settle()
    expect(seen).toEqual([null, 's-1'])
    expect(await s.tree()).toContain('100644 half.txt')
    expect((await s.attempts(id)).map(({ number, outcome }) => [number, outcome])).toEqual([[1, 'landed']])
    expect((await s.ticket(id)).charged).toBe(0)
  })
})

it('does not keep a sandbox through a limit of days: the next attempt goes on with the work', () => {
  let limited = true
  const model: Answer = async (task) => {
    if (!limited) return works(task)
    await task.sandbox.write(`${task.sandbox.checkout}/half.txt`, 'begun\n')
    return failed('usage limit', 'Used up.', { until: Date.UTC(2026, 0, 3) })
  }
  return told(model, async (s) => {
    const id = await s.file('Long', [])
    await s.settle()
    expect(s.fleet.working.size).toBe(0)
    limited = false
    s.clock.turn(48 * HOUR)
    await s.settle()
    expect((await s.attempts(id)).map(({ outcome }) => outcome)).toEqual(['bounced', 'landed'])
    expect(await s.tree()).toContain('100644 half.txt')
    expect((await s.ticket(id)).charged).toBe(0)
  })
})

it('does not wait longer in all than it may, however often the limit comes again', () =>
  told(
    () => failed('usage limit', 'Used up.', { session: 's-1' }),
    async (s) => {
      const id = await s.file('Long', [])
      for (let hour = 0; hour < 7; hour++) {
        await s.settle()
        s.clock.turn(HOUR)
      }
      await s.settle()
      expect((await s.attempts(id))[0]).toMatchObject({ number: 1, outcome: 'bounced' })
      expect((await s.ticket(id)).charged).toBe(0)
    },
  ))

it('hands the ticket back with its work when it is stopped while it waits for the account', () =>
  told(
    () => failed('usage limit', 'Used up.'),
    async (s) => {
      const id = await s.file('Long', [])
      await s.settle()
      const [working] = [...s.fleet.working.values()]
      working!.stop.abort('The server stopped; the work so far is kept.')
      await working!.done
      expect((await s.ticket(id)).stage).toMatchObject({ status: 'open' })
      expect((await s.attempts(id))[0]).toMatchObject({ outcome: 'released' })
    },
  ))

it('lets one agent try whether the limit is over before the others begin', () => {
  let model: Answer = () => failed('usage limit', 'Used up.')
  let running: string[] = []
  const watched = (task: HarnessTask) => {
    running.push(`#${task.ticket.id}`)
    return model(task)
  }
  return told(
    watched,
    async (s) => {
      await files(s, 6)
      await s.settle()
      for (const tries of [1, 2]) {
        running = []
        s.clock.turn(5 * MINUTE)
        await s.settle()
        expect(running.length, `try ${tries}, still limited`).toBe(1)
      }
      running = []
      let goOn = () => {}
      const waits = new Promise<void>((resolve) => {
        goOn = resolve
      })
      model = (task) => waits.then(() => works(task))
      s.clock.turn(5 * MINUTE)
      await tick(s.world, s.fleet)
      await tick(s.world, s.fleet)
      expect([...s.fleet.working.values()].filter(({ limitWait }) => limitWait === null).length).toBe(1)
      goOn()
      await s.settle()
      expect(await allDone(s)).toBe(6)
      expect(new Set(running).size).toBe(6)
    },
    { agents: 4 },
  )
})

/** Pauses a swarm of two agents, and lets it try again with a model that answers as `probed` says. */
const afterPause = (
  probed: Answer,
  tell: (s: Story) => Promise<void>,
  more: (world: World) => Partial<World> = () => ({}),
) => {
  let model: Answer = () => failed('overloaded', 'Overloaded (529).')
  const harness = pretended((task) => model(task))
  return swarm(
    async (s) => {
      await files(s, 4)
      await s.settle()
      model = probed
      s.clock.turn(30 * SECOND)
      await tick(s.world, s.fleet)
      await tell(s)
    },
    { with: (world) => ({ harness, random: () => 0, ...more(world) }), settings: { agents: 2 } },
  )
}

it('lets another try after a minute when the first that tries says nothing', () => {
  let goOn = () => {}
  const waits = new Promise<void>((resolve) => {
    goOn = resolve
  })
  let begun = 0
  const probed: Answer = async (task) => {
    if (++begun > 1) return works(task)
    task.signal.addEventListener('abort', goOn)
    await waits
    return works(task)
  }
  return afterPause(probed, async (s) => {
    await vi.waitFor(() => expect(begun).toBe(1), 30_000)
    s.clock.turn(59 * SECOND)
    await tick(s.world, s.fleet)
    expect(s.fleet.working.size).toBe(1)
    s.clock.turn(SECOND)
    await tick(s.world, s.fleet)
    expect(s.fleet.working.size).toBe(2)
    await s.fleet.working.get('agent-2')?.done
    expect(await pausesOf(s.world.store, s.clock.now())).toEqual([])
    goOn()
    await s.settle()
    expect(await allDone(s)).toBe(4)
  })
})

it('lets everybody go on as soon as the model has said a word, long before it calls a tool', () => {
  let goOn = () => {}
  const waits = new Promise<void>((resolve) => {
    goOn = resolve
  })
  let tokens = 0
  const probed: Answer = async (task) => {
    task.emit({ type: 'text', text: 'It is what its program says.' })
    tokens = 1
    task.emit({ type: 'text', text: 'Let me think.' })
    await waits
    return works(task)
  }
  const counts = ({ gateway }: World): Partial<World> => ({
    gateway: {
      ...gateway,
      open: async (of) => ({
        ...(await gateway.open(of)),
        usage: () => ({ ...NO_USAGE, outputTokens: tokens }),
      }),
    },
  })
  return afterPause(
    probed,
    async (s) => {
      await vi.waitFor(async () => expect(await pausesOf(s.world.store, s.clock.now())).toEqual([]), 20_000)
      goOn()
      await s.settle()
      expect(await allDone(s)).toBe(4)
    },
    counts,
  )
})

it('knows after a restart that the account is used up, and until when', () =>
  told(
    (task) => {
      throw new Error(`#${task.ticket.id} was begun`)
    },
    async (s) => {
      const until = s.clock.now() + 20 * HOUR
      const model = { ...s.world, harness: pretended(() => failed('usage limit', 'Used up.', { until })) }
      await files(s, 2)
      await tick(model, s.fleet)
      await Promise.all([...s.fleet.working.values()].map(({ done }) => done))
      const restarted = newFleet(s.world, { signal: new AbortController().signal, wake: () => {} })
      s.clock.turn(19 * HOUR)
      await tick(s.world, restarted)
      expect(restarted.working.size).toBe(0)
      expect(await paused(s.world, restarted)).toMatchObject({ cause: 'usage limit', until })
    },
  ))

it('waits for the limit to end also when the wall clock is set back meanwhile', () => {
  let model: Answer = () => failed('usage limit', 'Used up.')
  return told(
    (task) => model(task),
    async (s) => {
      await files(s, 1)
      await s.settle()
      await s.tick()
      s.clock.jump(-24 * 60 * MINUTE)
      model = works
      await s.settle()
      expect(await allDone(s)).toBe(0)
      s.clock.turn(5 * MINUTE)
      await s.settle()
      expect(await allDone(s)).toBe(1)
    },
  )
})

it('waits twice as long each time that the model is still overloaded', () =>
  told(
    () => failed('overloaded', 'Overloaded (529).'),
    async (s) => {
      await files(s, 12)
      const waited: number[] = []
      for (let tries = 0; tries < 9; tries++) {
        await s.settle()
        const pause = await paused(s.world, s.fleet)
        waited.push(((pause?.until as number) - s.clock.now()) / SECOND)
        s.clock.turn((pause?.until as number) - s.clock.now())
      }
      expect(waited).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600])
      // The twelve, and the question that was asked at the sixth.
      expect(await charges(s)).toEqual(Array(13).fill(0))
    },
  ))

it('asks a person once about an expired login, and closes the question by itself when it works again', () => {
  let model: Answer = () => failed('login expired', 'Not logged in.')
  return told(
    (task) => model(task),
    async (s) => {
      await files(s, 5)
      for (let minute = 0; minute < 16; minute++) {
        await s.settle()
        s.clock.turn(MINUTE)
      }
      const asked = await s.world.store.inbox()
      expect(asked.map(({ title }) => title)).toEqual(['Agents cannot work: login expired'])
      expect(await paused(s.world, s.fleet)).toMatchObject({ ticket: asked[0]?.id })
      expect(await charges(s)).toEqual(Array(6).fill(0))
      model = works
      s.clock.turn(60 * MINUTE)
      await s.settle()
      const { id } = asked[0]!
      expect((await s.ticket(id)).stage).toMatchObject({ status: 'done', reason: 'Agents can work again.' })
      expect((await s.world.store.inbox()).length).toBe(0)
      expect(await allDone(s)).toBe(6)
    },
    { agents: 3 },
  )
})

it('asks a person within a minute when no sandbox can be made, charges nobody, and goes on by itself when one can', () => {
  let isDown = true
  const engine = ({ sandboxes }: World): Sandboxes => ({
    ...sandboxes,
    open: async (spec, signal) => {
      if (isDown) throw new Trouble('engine', 'The docker engine does not answer. Start it.')
      return sandboxes.open(spec, signal)
    },
  })
  return swarm(
    async (s) => {
      await files(s, 2)
      for (let second = 0; second < 50; second += 10) {
        await s.settle()
        s.clock.turn(10 * SECOND)
      }
      const asked = await s.world.store.inbox()
      expect(asked).toMatchObject([
        {
          title: 'Agents cannot work: no sandbox',
          description: expect.stringContaining('The docker engine does not answer. Start it.'),
        },
      ])
      expect(await charges(s)).toEqual([0, 0, 0])
      isDown = false
      s.clock.turn(5 * MINUTE)
      await s.settle()
      expect((await s.ticket(asked[0]!.id)).stage).toMatchObject({
        status: 'done',
        reason: 'Agents can work again.',
      })
      expect(await allDone(s)).toBe(3)
    },
    { with: (world) => ({ harness: pretended(works), sandboxes: engine(world) }), settings: { agents: 2 } },
  )
})

it('keeps work in the merge queue while no sandbox can be made for its gate, asks once, and lands it when one can', () => {
  let isDown = true
  const engine = ({ sandboxes }: World): Sandboxes => ({
    ...sandboxes,
    open: async (spec, signal) => {
      if (isDown && spec.name.startsWith('gate-')) throw new Trouble('engine', 'The engine is full.')
      return sandboxes.open(spec, signal)
    },
  })
  return swarm(
    async (s) => {
      const id = await s.file('One', [])
      for (let second = 0; second < 300; second += 10) {
        await s.settle()
        if (second === 60) expect(await s.world.store.inbox()).toHaveLength(1)
        s.clock.turn(10 * SECOND)
      }
      const asked = await s.world.store.inbox()
      expect(asked.map(({ title }) => title)).toEqual(['Agents cannot work: no sandbox'])
      expect((await s.ticket(id)).stage.status).toBe('ready')
      isDown = false
      s.clock.turn(MINUTE)
      await s.settle()
      expect((await s.ticket(id)).stage.status).toBe('done')
      expect(await s.world.store.inbox()).toEqual([])
    },
    { with: (world) => ({ harness: pretended(works), sandboxes: engine(world) }) },
  )
})

it('asks nobody when one sandbox could not be made and the next one can', () => {
  let times = 0
  const engine = ({ sandboxes }: World): Sandboxes => ({
    ...sandboxes,
    open: async (spec, signal) => {
      if (times++ === 0) throw new Trouble('engine', 'The docker engine did not answer in time.')
      return sandboxes.open(spec, signal)
    },
  })
  return swarm(
    async (s) => {
      const id = await s.file('One', [])
      await s.settle()
      s.clock.turn(20 * SECOND)
      await s.settle()
      expect(await s.world.store.inbox()).toEqual([])
      expect((await s.ticket(id)).stage.status).toBe('done')
    },
    { with: (world) => ({ harness: pretended(works), sandboxes: engine(world) }) },
  )
})

it('tries again at once when the person says that the login is mended', () => {
  let model: Answer = () => failed('login expired', 'Not logged in.')
  return told(
    (task) => model(task),
    async (s) => {
      await files(s, 2)
      await s.settle()
      model = works
      const [question] = await s.world.store.inbox()
      await answer(s.world, question!.id, 'Logged in again.', PERSON)
      await s.settle()
      expect(await allDone(s)).toBe(3)
      expect(await pausesOf(s.world.store, s.clock.now())).toEqual([])
    },
  )
})

it('stops everybody and asks once when three tickets in a row fail in the same way', () => {
  let model: Answer = ({ ticket }) =>
    failed('harness crash', `Cannot find module '/x/${ticket.id}/y.js' (pid ${4000 + ticket.id})`)
  return told(
    (task) => model(task),
    async (s) => {
      await files(s, 8)
      for (let minute = 0; minute < 10; minute++) {
        await s.settle()
        s.clock.turn(MINUTE)
      }
      const asked = await s.world.store.inbox()
      expect(asked.map(({ title }) => title)).toEqual([
        'The same failure in 3 tickets in a row: harness crash',
      ])
      expect(asked[0]?.description).toMatch(/#1, attempt 1.*#2, attempt 1|#3, attempt 1/s)
      expect(
        (await charges(s)).reduce((sum, each) => sum + each, 0),
        'the queue is not burned',
      ).toBe(3)
      model = works
      await answer(s.world, asked[0]!.id, 'Installed.', PERSON)
      await s.settle()
      s.clock.turn(MINUTE)
      await s.settle()
      expect(await allDone(s)).toBe(9)
    },
  )
})

it('does not stop for three tickets that fail in different ways, or for one that fails three times', () =>
  told(
    ({ ticket }) => failed('harness crash', ['It broke.', 'It fell over.', 'It ran out.'][ticket.id % 3]),
    async (s) => {
      await files(s, 3)
      for (let minute = 0; minute < 10; minute++) {
        await s.settle()
        s.clock.turn(MINUTE)
      }
      expect(await paused(s.world, s.fleet)).toBeNull()
      expect((await s.world.store.inbox()).map(({ title }) => title)).toEqual([
        'Ticket 1',
        'Ticket 2',
        'Ticket 3',
      ])
    },
  ))

it('starts nothing new while the merge queue is far behind, and goes on when it has caught up', () =>
  told(
    works,
    async (s) => {
      await files(s, 5)
      // The merge queue backs off, as after trouble.
      s.fleet.mergeQueueRetryAt = s.clock.monotonic() + MINUTE
      await s.settle()
      expect((await s.world.store.landings({ status: 'queued' })).length).toBe(2)
      expect(await s.world.store.count({ status: ['open'] })).toBe(3)
      s.clock.turn(MINUTE)
      await s.settle()
      expect(await allDone(s)).toBe(5)
    },
    { mergeQueueLimit: 2 },
  ))

it('is not held up by work in the merge queue that waits for a person', () =>
  told(
    async (task) => {
      await task.sandbox.write(`${task.sandbox.checkout}/CLAUDE.md`, `${task.ticket.id}\n`)
      return works(task)
    },
    async (s) => {
      await files(s, 4)
      await s.settle()
      expect((await s.world.store.landings({ status: 'queued' })).length).toBe(4)
    },
    { mergeQueueLimit: 1 },
  ))

it('claims nothing while the disk is nearly full, says so, and goes on when there is room', () => {
  let short: string | null = 'The disk is nearly full: 3 MiB are free.'
  return swarm(
    async (s) => {
      await files(s, 2)
      await s.settle()
      expect(await s.world.store.attempts({})).toEqual([])
      expect(await paused(s.world, s.fleet)).toMatchObject({ cause: 'disk', reason: short })
      short = null
      s.clock.turn(5 * SECOND)
      await s.settle()
      expect(await paused(s.world, s.fleet)).toBeNull()
      expect(await allDone(s)).toBe(2)
    },
    { with: () => ({ harness: pretended(works), diskShortage: async () => short }) },
  )
})
