import { expect, it } from 'vitest'
import { claimNext } from '../../src/life/agents/claim.ts'
import { LEASE_MS, RENEW_MS } from '../../src/life/lease.ts'
import { tick } from '../../src/life/tick.ts'
import { file } from '../../src/life/tickets/file.ts'
import { swarm } from './swarm.ts'

const write = (file: string, text = 'fine\n') => ({ write: { file, text } })
const HOUR = 3_600_000
const DAY = 24 * HOUR
const OTHERS = { holder: 'agent-9', leaseMs: LEASE_MS, harness: 'scripted' }

it('has a dead agent’s ticket back on the ready list within 75 seconds', () =>
  swarm(
    async (s) => {
      const id = await s.file('Orphaned', [write('a.txt')])
      await claimNext(s.world, OTHERS)
      let seconds = 0
      for (; seconds <= 75; seconds++) {
        await tick(s.world, s.fleet)
        if ((await s.ticket(id)).stage.status === 'open') break
        s.clock.turn(1000)
      }
      expect(seconds).toBe(LEASE_MS / 1000)
      expect((await s.attempts(id))[0]?.outcome).toBe('lost')
    },
    { settings: { agents: 0 } },
  ))

it.each([HOUR, -HOUR, DAY, -DAY])(
  'takes nobody for dead, and nobody for alive, when the clock jumps by %i ms',
  (jump) =>
    swarm(
      async (s) => {
        const id = await s.file('Alive, then dead', [write('a.txt')])
        const claimed = await claimNext(s.world, OTHERS)
        await tick(s.world, s.fleet)
        s.clock.jump(jump)
        for (let passed = 0; passed < 2 * LEASE_MS; passed += RENEW_MS) {
          await renewed(s, id)
          await tick(s.world, s.fleet)
          s.clock.turn(RENEW_MS)
        }
        expect((await s.ticket(id)).stage).toMatchObject({ attempt: claimed?.attempts })
        s.clock.jump(-jump)
        await tick(s.world, s.fleet)
        s.clock.turn(LEASE_MS)
        await tick(s.world, s.fleet)
        expect((await s.ticket(id)).stage.status).toBe('open')
      },
      { settings: { agents: 0 } },
    ),
)

/** As the supervisor of another process does. */
const renewed = (s: Parameters<Parameters<typeof swarm>[0]>[0], id: number) =>
  s.world.store.transact(async (tx) => {
    const [attempt] = await tx.attempts({ ticket: id, limit: 1 })
    if (attempt) await tx.putAttempt({ ...attempt, leaseUntil: s.clock.now() + LEASE_MS })
  })

it('keeps the lease of an agent that works for hours, whatever the clock says', () =>
  swarm(async (s) => {
    const id = await s.file('Long', [write('a.txt'), { hang: true }])
    await tick(s.world, s.fleet)
    for (let at = 0; at < 12; at++) {
      s.clock.jump(at % 2 === 0 ? -DAY : DAY)
      const before = (await s.attempts(id))[0]?.leaseUntil
      s.clock.turn(RENEW_MS)
      await changes(async () => (await s.attempts(id))[0]?.leaseUntil, before)
      await tick(s.world, s.fleet)
    }
    expect((await s.ticket(id)).stage).toMatchObject({ status: 'in_progress', attempt: 1 })
    await s.person(id, { type: 'cancel' })
    await tick(s.world, s.fleet)
  }))

it('lets an agent that was paused and woke up file nothing, say nothing and submit nothing', () =>
  swarm(
    async (s) => {
      const id = await s.file('Slept through', [write('a.txt')])
      await claimNext(s.world, OTHERS)
      await tick(s.world, s.fleet)
      s.clock.turn(LEASE_MS)
      await tick(s.world, s.fleet)
      await claimNext(s.world, { ...OTHERS, holder: 'agent-2' })
      const before = await s.world.store.lastSeq()
      const woken = { kind: 'agent', name: 'agent-9', ticket: id, attempt: 1 } as const
      const late = [
        await file(s.world, { title: 'A part', parent: id }, woken),
        await s.person(id, { type: 'submit', attempt: 1, work: 'f'.repeat(40) }),
        await s.person(id, { type: 'advance', attempt: 1, phase: 'working' }),
        await s.person(id, { type: 'finish', attempt: 1, resolution: 'no-change', reason: 'x' }),
        await s.person(id, { type: 'release', attempt: 1 }),
        await s.person(id, { type: 'lose', attempt: 1, detail: 'x' }),
        await s.person(id, { type: 'land', attempt: 1, commit: 'f'.repeat(40) }),
      ]
      for (const answer of late) expect(answer).toMatchObject({ refused: 'late' })
      expect(await s.world.store.lastSeq()).toBe(before)
      expect((await s.ticket(id)).stage).toMatchObject({ holder: 'agent-2', attempt: 2 })
    },
    { settings: { agents: 0 } },
  ))

it('asks a person when one agent after another dies over a ticket', () =>
  swarm(
    async (s) => {
      const id = await s.file('Deadly', [write('a.txt')])
      for (let deaths = 0; deaths < 5; deaths++) {
        expect((await s.ticket(id)).stage).toMatchObject({ status: 'open', assignedTo: null })
        await claimNext(s.world, OTHERS)
        await tick(s.world, s.fleet)
        s.clock.turn(LEASE_MS)
        await tick(s.world, s.fleet)
      }
      expect((await s.ticket(id)).stage).toMatchObject({ status: 'open', assignedTo: 'human' })
      expect((await s.log(id)).at(-1)).toContain('5 agents in a row died while working on it')
    },
    { settings: { agents: 0 } },
  ))

async function changes<T>(read: () => Promise<T>, from: T): Promise<void> {
  for (let at = 0; at < 600; at++) {
    if ((await read()) !== from) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`it stays ${from}`)
}
