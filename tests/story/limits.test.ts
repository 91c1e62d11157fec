/** Work that is more than anybody should list, read or check out, and a merge queue in which nobody waits behind it. */
import { describe, expect, it } from 'vitest'
import { claimNext } from '../../src/life/agents/claim.ts'
import { newFleet } from '../../src/life/fleet.ts'
import { keepLanding } from '../../src/life/landing/merge-queue.ts'
import { run } from '../../src/life/run.ts'
import { tick } from '../../src/life/tick.ts'
import { Trouble } from '../../src/ports/trouble.ts'
import type { World } from '../../src/ports/world.ts'
import { openGit } from '../../src/repos/git/git.ts'
import { swarm } from './swarm.ts'

const MANY = { run: 'mkdir many && for n in $(seq 60); do echo x > many/$n; done' }
const few = ({ repo }: World) => ({
  repo: openGit({ path: repo.source, branch: repo.branch, limits: { files: 50 } }),
})
const write = (file: string) => ({ write: { file, text: `${file}\n` } })

describe('a change that adds too much', () => {
  it('is told to its agent, and lands once that has made it less', () =>
    swarm(
      async (s) => {
        const id = await s.file('Bring a lot', [
          { on: 'start', do: [MANY] },
          { on: 'asked', do: [{ run: 'rm many/[2-9]*' }] },
        ])
        await s.settle()
        expect(await s.main()).toEqual(['ticket-1: Bring a lot'])
        const log = await s.log(id)
        expect(log).toContain(
          'agent-1 is working on #1 again: Git refuses a part of your work, so it cannot land as it is.',
        )
        expect((await s.ticket(id)).charged).toBe(0)
      },
      { settings: { verifyRetries: 1 }, with: few },
    ))

  it('counts as a red gate when the agent leaves it so, and holds up nobody else', () =>
    swarm(
      async (s) => {
        const id = await s.file('Bring a lot', [MANY])
        await s.file('Bring a little', [write('a.txt')])
        await s.settle()
        expect(await s.main()).toEqual(['ticket-2: Bring a little'])
        const [first] = await s.attempts(id)
        expect(first).toMatchObject({ outcome: 'bounced', work: null })
        expect(first?.reason).toMatch(
          /^gate red: Git refuses a part of the work:\nIt adds more than 50 files/,
        )
        expect((await s.ticket(id)).charged).toBe(3)
      },
      { settings: { verifyRetries: 0 }, with: few },
    ))
})

const MINUTE = 60_000

/** A git that cannot tell the merge queue of the work of ticket 1, as often as `times` says. */
const stuck =
  (thrown: Error, times = Number.POSITIVE_INFINITY) =>
  ({ repo }: World): Partial<World> => {
    let left = times
    return {
      repo: {
        ...repo,
        async find(ref) {
          if (ref.startsWith('refs/swarm/raw/1/') && left-- > 0) throw thrown
          return repo.find(ref)
        },
      },
    }
  }

const two = async (s: S) => {
  const ids = [await s.file('Stuck', [write('a.txt')]), await s.file('Free', [write('b.txt')])]
  await s.settle()
  // A tick in which the merge queue only stepped over one has changed nothing that the store tells.
  await s.settle()
  return ids as [number, number]
}

type S = Parameters<Parameters<typeof swarm>[0]>[0]

describe('a landing that cannot be judged', () => {
  const TROUBLE = new Trouble('git', 'git merge-tree took too long and was ended.')

  it('steps aside, so that the next one lands at once, and lands itself when it can', () =>
    swarm(
      async (s) => {
        await two(s)
        expect(await s.main()).toEqual(['ticket-2: Free'])
        s.clock.turn(MINUTE)
        await s.settle()
        expect(await s.main()).toEqual(['ticket-2: Free', 'ticket-1: Stuck'])
      },
      { settings: { agents: 2 }, with: stuck(TROUBLE, 1) },
    ))

  it.each([
    ['trouble', TROUBLE],
    ['a bug', new TypeError('undefined is not a function')],
  ])('goes to a person after a few tries, uncharged, when it is %s each time', (_, thrown) =>
    swarm(
      async (s) => {
        const [id] = await two(s)
        for (let hour = 0; hour < 8; hour++) {
          s.clock.turn(60 * MINUTE)
          await s.settle()
        }
        const { stage, charged } = await s.ticket(id)
        expect({ stage, charged }).toMatchObject({
          charged: 0,
          stage: { status: 'open', assignedTo: 'human' },
        })
        expect((await s.attempts(id))[0]?.reason).toContain('The merge queue could not verify it 6 times')
      },
      { settings: { agents: 2 }, with: stuck(thrown) },
    ),
  )

  it('is nobody’s fault while the disk is full, however long', () =>
    swarm(
      async (s) => {
        const [id] = await two(s)
        for (let hour = 0; hour < 8; hour++) {
          s.clock.turn(60 * MINUTE)
          await s.settle()
        }
        expect((await s.ticket(id)).stage.status).toBe('ready')
      },
      { settings: { agents: 2 }, with: stuck(new Trouble('disk', 'No space left on device.')) },
    ))

  it('lets the whole merge queue rest when the next one cannot be judged either', () =>
    swarm(
      async (s) => {
        await two(s)
        await s.file('Later', [write('c.txt')])
        await s.settle()
        expect(await s.main()).toEqual([])
        s.clock.turn(MINUTE)
        await s.settle()
        expect(await s.main()).toHaveLength(3)
      },
      {
        settings: { agents: 2 },
        with: ({ repo }) => {
          let left = 2
          const find: typeof repo.find = async (ref) => {
            if (ref.startsWith('refs/swarm/raw/') && left-- > 0) throw TROUBLE
            return repo.find(ref)
          }
          return { repo: { ...repo, find } }
        },
      },
    ))
})

describe('a ticket that was in hand when the server ended', () => {
  /** A server that begins, finds what the last one left, and ends well. */
  const startAndStop = async (s: S) => {
    s.settings.agents = 0
    const running = await run(s.world)
    await running.stop()
    return running.found
  }
  const claim = (s: S) => claimNext(s.world, { holder: 'agent-1', leaseMs: 60_000, harness: null })

  it('is set aside after three times, with a sentence and uncharged, and the others go on', () =>
    swarm(async (s) => {
      const id = await s.file('Deadly', [write('a.txt')])
      const other = await s.file('Free', [write('b.txt')])
      for (let crash = 0; crash < 3; crash++) {
        expect((await claim(s))?.id).toBe(id)
        expect((await startAndStop(s)).lost).toEqual([id])
      }
      const { stage, charged } = await s.ticket(id)
      expect({ stage, charged }).toMatchObject({ charged: 0, stage: { status: 'open', assignedTo: 'human' } })
      expect((await s.log(id)).at(-1)).toContain('The server ended 3 times while it worked on this ticket.')
      expect((await claim(s))?.id).toBe(other)
    }))

  it('is set aside also when it was in the merge queue', () =>
    swarm(
      async (s) => {
        const id = await s.file('Deadly', [write('a.txt')])
        await tick(s.world, s.fleet)
        await s.fleet.working.get('agent-1')?.done
        for (let crash = 0; crash < 3; crash++) {
          const fleet = newFleet(s.world, { signal: new AbortController().signal, wake: () => {} })
          keepLanding(s.world, fleet)
          await expect.poll(() => fleet.mergeQueue?.at?.doing).toBe('verifying')
          await startAndStop(s)
        }
        expect((await s.ticket(id)).stage).toMatchObject({ status: 'open', assignedTo: 'human' })
        expect((await s.attempts(id))[0]?.reason).toContain('The server ended 3 times')
        expect((await s.ticket(id)).charged).toBe(0)
      },
      { with: ({ repo }) => ({ repo: { ...repo, find: hanging(repo.find) } }) },
    ))

  it('counts for nothing when the server ends well, or has nothing in hand', () =>
    swarm(async (s) => {
      await s.file('Calm', [write('a.txt')])
      await s.settle()
      const id = await s.file('Next', [write('b.txt')])
      for (let start = 0; start < 4; start++) await startAndStop(s)
      expect((await s.ticket(id)).stage).toMatchObject({ status: 'open', assignedTo: null })
    }))
})

const hanging =
  (find: World['repo']['find']): World['repo']['find'] =>
  (ref) =>
    ref.startsWith('refs/swarm/raw/') ? new Promise(() => {}) : find(ref)
