import { readdirSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { LEASE_MS } from '../../src/life/lease.ts'
import { tick } from '../../src/life/tick.ts'
import type { HarnessEnd } from '../../src/ports/harness.ts'
import type { World } from '../../src/ports/world.ts'
import type { Created } from '../../src/ticket/events.ts'
import { born, evolve } from '../../src/ticket/evolve.ts'
import { PHASES, ticketJson } from '../../src/ticket/json.ts'
import { type Answer, failed, pretended, well, works } from './pretended.ts'
import { type Story, swarm } from './swarm.ts'

// Dozens of attempts in real checkouts, on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000 })

const HOUR = 3_600_000
const told = (answer: Answer, tell: (s: Story) => Promise<void>, settings = {}) =>
  swarm(tell, { with: () => ({ harness: pretended(answer) }), settings })

const allEnd = (s: Story) => Promise.all([...s.fleet.working.values()].map(({ done }) => done))

it('goes through every phase that there is', () =>
  told(works, async (s) => {
    const id = await s.file('Plain', [])
    await s.settle()
    const events = await s.world.store.events({ ticket: id, limit: 100 })
    const [first, ...later] = events.map(({ event }) => event)
    let ticket = born(id, first as Created, 0)
    const phases = later.flatMap((event) => {
      ticket = evolve(ticket, event, 0)
      return ticketJson(ticket).phase ?? []
    })
    expect([...new Set(phases)]).toEqual(PHASES)
  }))

it('goes on in the same session when the model has used up its turns', () => {
  const runs: [string | null, string][] = []
  return told(
    async (task) => {
      runs.push([task.session, task.occasion])
      const session = task.session ?? 'first'
      if (runs.length < 3) return failed('turn limit', 'It used up its turns.', { session })
      return { ...(await works(task)), session }
    },
    async (s) => {
      const id = await s.file('Long', [])
      await s.settle()
      expect(runs).toEqual([
        [null, 'start'],
        ['first', 'again'],
        ['first', 'again'],
      ])
      expect(await s.main()).toEqual(['ticket-1: Long'])
      expect((await s.attempts(id)).length).toBe(1)
    },
  )
})

it('hands a ticket to a person when even going on twice is not enough turns', () =>
  told(
    () => failed('turn limit', 'It used up its turns.', { session: 'first' }),
    async (s) => {
      const id = await s.file('Endless', [])
      await s.settle()
      expect(await s.ticket(id)).toMatchObject({
        charged: 1,
        stage: { status: 'open', assignedTo: 'human' },
      })
      expect((await s.log(id)).at(-1)).toContain('turn limit: agents cannot fix this.')
    },
  ))

it('shows the person what each of the failed attempts ended with', () => {
  const reasons = ['The first thing broke.', 'Another thing broke.', 'It broke again.']
  return told(
    ({ attempt }) => failed('harness crash', `${reasons[attempt - 1]}\nAnd a long trace.`),
    async (s) => {
      const id = await s.file('Unlucky', [])
      for (let tries = 0; tries < 3; tries++) {
        await s.settle()
        s.clock.turn(HOUR)
      }
      const last = (await s.world.store.events({ ticket: id, limit: 1000 })).at(-1)?.event
      expect(last).toMatchObject({ type: 'escalated' })
      const { reason } = last as Extract<NonNullable<typeof last>, { type: 'escalated' }>
      expect(reason.split('\n').slice(1)).toEqual([
        'Attempt 1: harness crash: The first thing broke.',
        'Attempt 2: harness crash: Another thing broke.',
        'Attempt 3: harness crash: It broke again.',
      ])
    },
  )
})

it('stops an attempt that takes longer than attempt_timeout, and keeps its work', () => {
  let hasWorked = false
  return told(
    async (task) => {
      await works(task)
      hasWorked = true
      await new Promise((resolve) => task.signal.addEventListener('abort', resolve))
      return failed('harness crash', 'It was stopped.')
    },
    async (s) => {
      const id = await s.file('Slow', [])
      await tick(s.world, s.fleet)
      await until(() => hasWorked)
      s.clock.turn(100_000)
      await allEnd(s)
      const [attempt] = await s.attempts(id)
      expect(attempt).toMatchObject({
        outcome: 'bounced',
        failure: 'hang',
        reason: 'hang: The agent took longer than attempt_timeout (100 s) and was stopped.',
      })
      expect(attempt?.work).not.toBeNull()
    },
    { attemptTimeout: 100 },
  )
})

it('goes on without an agent whose attempt does not end even when it is stopped', () => {
  let letGo = (_: HarnessEnd) => {}
  let runs = 0
  const model: Answer = (task) => {
    runs++
    return runs === 1 ? new Promise<HarnessEnd>((resolve) => (letGo = resolve)) : works(task)
  }
  return told(
    model,
    async (s) => {
      const id = await s.file('Stuck', [])
      await tick(s.world, s.fleet)
      await until(() => runs === 1)
      const stuck = allEnd(s)
      // Its cap of 1 s, two gate runs of 1 s, and 15 minutes more than that.
      s.clock.turn(904_000)
      await until(() => s.fleet.working.get('agent-1')?.stop.signal.aborted ?? false)
      await tick(s.world, s.fleet)
      s.clock.turn(LEASE_MS)
      await tick(s.world, s.fleet)
      expect((await s.attempts(id))[0]?.outcome).toBe('lost')
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Stuck'])
      letGo(well())
      await stuck
      expect((await s.ticket(id)).stage).toMatchObject({ status: 'done', resolution: 'landed' })
      expect((await s.attempts(id)).map(({ outcome }) => outcome)).toEqual(['lost', 'landed'])
    },
    { attemptTimeout: 1, verifyTimeout: 1, verifyRetries: 0 },
  )
})

it('removes the sandbox also when its door in the gateway cannot be closed', () => {
  const broken = (world: World): Partial<World> => ({
    harness: pretended(works),
    gateway: {
      ...world.gateway,
      open: async (attempt) => {
        const opening = await world.gateway.open(attempt)
        const close = async () => {
          await opening.close()
          throw new Error('the gateway is gone')
        }
        return { ...opening, close }
      },
    },
  })
  return swarm(
    async (s) => {
      await s.file('Any', [])
      await s.settle()
      expect(readdirSync(`${s.world.scratch}/../sandboxes`)).toEqual([])
    },
    { with: broken },
  )
})

async function until(holds: () => boolean): Promise<void> {
  for (let at = 0; at < 600; at++) {
    if (holds()) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('it never came about')
}
