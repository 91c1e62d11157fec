/** Agents that hand their ticket back, and are given it again. */
import { expect, it, vi } from 'vitest'
import { claimNext } from '../../src/life/agents/claim.ts'
import { apply } from '../../src/life/apply.ts'
import { tick } from '../../src/life/tick.ts'
import { block } from '../../src/life/tickets/block.ts'
import { failed, pretended } from './pretended.ts'
import { PERSON, type Story, swarm } from './swarm.ts'

const HOUR = 3_600_000
const write = (file: string) => ({ write: { file, text: 'fine\n' } })
const nothing = [{ release: 'There is no such device here.' }]

const claimed = async (s: Story, id: number): Promise<number> => (await s.attempts(id)).length

/** Lets the swarm run for hours, minute by minute. */
async function longAfter(s: Story): Promise<void> {
  for (let n = 0; n < 8; n++) {
    await s.settle()
    s.clock.turn(HOUR)
  }
}

it('does the tickets behind one that its agent gives back', () =>
  swarm(
    async (s) => {
      const id = await s.file('Needs a device', nothing)
      await s.file('Easy', [write('easy.txt')])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-2: Easy'])
      expect(await claimed(s, id)).toBe(1)
    },
    { settings: { agents: 1 } },
  ))

it('asks a person when a ticket comes back twice and nothing has changed, in the words of its agents', () =>
  swarm(async (s) => {
    const id = await s.file('Needs a device', nothing)
    await longAfter(s)
    expect(await claimed(s, id)).toBe(2)
    expect(await s.ticket(id)).toMatchObject({ charged: 0, stage: { status: 'open', assignedTo: 'human' } })
    const told = (await s.world.store.events({ ticket: id, limit: 100 })).at(-1)?.event
    expect(told).toMatchObject({
      type: 'escalated',
      reason: expect.stringMatching(
        /^Agents gave the ticket back 2 times.*\nAttempt 1: There is no such device here\.\nAttempt 2: There is/s,
      ),
    })
    expect((await s.world.store.inbox()).map((each) => each.id)).toEqual([id])
  }))

it('counts anew once a person has said something', () =>
  swarm(async (s) => {
    const id = await s.file('Needs a device', nothing)
    await s.settle()
    await s.person(id, { type: 'comment', author: 'human', body: 'It is in the drawer.' })
    s.clock.turn(HOUR)
    await s.settle()
    expect((await s.ticket(id)).stage).toMatchObject({ assignedTo: null, delay: 'given back' })
    await longAfter(s)
    expect(await claimed(s, id)).toBe(3)
  }))

it('counts anew once a person has put it back', () =>
  swarm(async (s) => {
    const id = await s.file('Needs a device', nothing)
    await longAfter(s)
    await s.person(id, { type: 'release' })
    await longAfter(s)
    expect(await claimed(s, id)).toBe(4)
    expect((await s.ticket(id)).stage).toMatchObject({ assignedTo: 'human' })
  }))

it('takes a wait for what is done already for what it is: given back', () =>
  swarm(async (s) => {
    await s.file('First', [write('first.txt')])
    await s.settle()
    const id = await s.file('Second', [{ block: 1 }])
    await s.settle()
    expect((await s.ticket(id)).stage).toMatchObject({ assignedTo: null, delay: 'given back' })
    expect((await s.attempts(id)).map(({ reason }) => reason)).toEqual([
      'Auto-released (blocked by #1, which is done already)',
    ])
  }))

it('waits without a back-off for what is still to be done, and is not counted when that lands', () =>
  swarm(async (s) => {
    const first = await s.file('First', [write('first.txt')], { assignedTo: 'ada' })
    const id = await s.file('Second', [
      { on: 'start', do: [{ block: first }] },
      { on: 'again', do: [{ release: 'Not like this.' }] },
    ])
    await s.settle()
    expect((await s.ticket(id)).stage).toMatchObject({ status: 'open', notBefore: null })
    await s.person(first, { type: 'update', assignedTo: null })
    await s.settle()
    expect(await claimed(s, id)).toBe(2)
    expect((await s.ticket(id)).stage).toMatchObject({ assignedTo: null, delay: 'given back' })
  }))

it('asks a person in the end, whatever an agent waits for each time', () =>
  swarm(async (s) => {
    const id = await s.file('Round in circles', [])
    for (let n = 0; n < 10; n++) {
      s.clock.turn(HOUR)
      const ticket = await claimNext(s.world, { holder: 'agent-1', leaseMs: 1000, harness: 'scripted' })
      if (ticket?.id !== id) break
      const agent = { kind: 'agent', name: 'agent-1', ticket: id, attempt: ticket.attempts } as const
      const other = await s.file(`Waited for ${n}`, [], { assignedTo: 'ada' })
      await block(s.world, id, other, agent)
      await apply(s.world, other, { type: 'mark-done' }, PERSON)
    }
    expect(await claimed(s, id)).toBe(6)
    expect((await s.ticket(id)).stage).toMatchObject({ assignedTo: 'human' })
  }))

it('does not count what the server hands back when it stops', () =>
  swarm(async (s) => {
    const id = await s.file('Slow', [])
    for (let n = 0; n < 4; n++) {
      const ticket = await claimNext(s.world, { holder: 'agent-1', leaseMs: 1000, harness: 'scripted' })
      expect(ticket?.id).toBe(id)
      const by = { kind: 'swarm', name: 'agent-1' } as const
      await apply(s.world, id, { type: 'release', attempt: ticket!.attempts, reason: 'Stopped.' }, by)
    }
    expect((await s.ticket(id)).stage).toMatchObject({ assignedTo: null, notBefore: null })
  }))

it('tells of an agent that gave its ticket back as stopped, not as one whose harness crashed', () => {
  const harness = pretended(async ({ sandbox, ticket, signal }) => {
    const gives = ['ticket', 'unclaim', String(ticket.id), '--reason', 'No device.']
    await sandbox.exec(gives, { signal })
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
    return failed('harness crash', 'It was stopped before it had finished.')
  })
  return swarm(
    async (s) => {
      const id = await s.file('Needs a device', [])
      await tick(s.world, s.fleet)
      const [working] = [...s.fleet.working.values()]
      await vi.waitFor(async () => expect((await s.attempts(id))[0]?.outcome).toBe('released'), 20_000)
      await tick(s.world, s.fleet)
      await working!.done
      const [attempt] = await s.attempts(id)
      const { text } = (await s.world.transcripts.read(attempt!.transcript!, 0, 1_000_000))!
      expect(JSON.parse(text.trim().split('\n').at(-1)!)).toMatchObject({
        ...{ type: 'end', ok: false, reason: 'stopped', detail: 'The ticket was taken back.' },
      })
    },
    { with: () => ({ harness }) },
  )
})
