/** A sandbox that holds as much as it may: the agent is told in its session, with what takes the room. */
import { expect, it, vi } from 'vitest'
import type { Sandboxes } from '../../src/ports/sandbox.ts'
import type { World } from '../../src/ports/world.ts'
import { type Answer, failed, pretended, well } from './pretended.ts'
import { swarm } from './swarm.ts'

vi.setConfig({ testTimeout: 60_000 })

/** Sandboxes that may hold 64 MB, of which git finds none left as long as \`home/full\` is there. */
const narrow =
  (roomOf: (home: string) => { limitMb: number } | null) =>
  ({ sandboxes }: World): Sandboxes => ({
    ...sandboxes,
    async open(spec, signal) {
      const sandbox = await sandboxes.open(spec, signal)
      const limit = roomOf(sandbox.home)
      const room = limit && { ...limit, reserve: `${sandbox.home}/.reserve`, reserveKb: 16 }
      const full = 'echo "fatal: write error: No space left on device" >&2; exit 128'
      const take: typeof sandbox.take = async (command, host, options) => {
        const looks = ['sh', '-c', `[ ! -e "$HOME/full" ] || { ${full}; }; exec "$@"`, 'sh', ...command]
        return sandbox.take(looks, host, options)
      }
      return { ...sandbox, room, take }
    },
  })

const told = (answer: Answer, limitMb: number | null = 64) => ({
  with: (world: World) => ({
    harness: { ...pretended(answer) },
    sandboxes: narrow(() => (limitMb === null ? null : { limitMb }))(world),
  }),
})

/** Its first run fills the sandbox up, each later one does \`then\`. */
const fills = (prompts: string[], then: string): Answer => {
  return async ({ sandbox, prompt, signal }) => {
    prompts.push(prompt)
    const does = prompts.length === 1 ? 'head -c 700000 /dev/zero > large; touch "$HOME/full"' : then
    await sandbox.exec(['sh', '-euc', does], { signal })
    return well('s-1')
  }
}

it('tells an agent whose sandbox is full which setting says so and what takes the room, and lands what fits', () => {
  const prompts: string[] = []
  return swarm(
    async (s) => {
      await s.file('Large', [])
      await s.settle()
      expect(prompts[1]).toMatch(
        /^The sandbox is full: disk_mb allows 64 MB of files\.[\s\S]*\.\/checkout\/large/,
      )
      expect(prompts[1]).not.toContain('You have changed nothing')
      expect(await s.main()).toEqual(['ticket-1: Large'])
      expect((await s.attempts(1)).length).toBe(1)
    },
    told(fills(prompts, 'rm large "$HOME/full"; echo fine > mine.txt')),
  )
})

it('ends as what it is when the sandbox stays full', () => {
  const prompts: string[] = []
  return swarm(
    async (s) => {
      await s.file('Large', [])
      await s.tick()
      expect(prompts.length).toBe(2)
      expect((await s.attempts(1))[0]?.reason).toMatch(
        /^sandbox full: The sandbox is full: disk_mb allows 64 MB/,
      )
    },
    told(fills(prompts, ':')),
  )
})

it('lets an agent go on once whose program died for want of room or memory', () => {
  const prompts: string[] = []
  const answer: Answer = async ({ sandbox, prompt, signal }) => {
    prompts.push(prompt)
    await sandbox.exec(['sh', '-euc', 'head -c 700000 /dev/zero > large; touch "$HOME/full"'], { signal })
    if (prompts.length === 1) return failed('harness crash', 'It could not write.', { session: 's-1' })
    await sandbox.exec(['sh', '-euc', 'rm large "$HOME/full"; echo fine > mine.txt'], { signal })
    if (prompts.length === 2)
      return failed('sandbox full', 'It was killed: see memory_mb.', { session: 's-1' })
    return well('s-1')
  }
  return swarm(async (s) => {
    await s.file('Large', [])
    await s.tick()
    expect(prompts[1]).toMatch(
      /^The sandbox is full \(disk_mb 64\): It could not write\.[\s\S]*checkout\/large/,
    )
    expect((await s.attempts(1))[0]?.reason).toMatch(/^sandbox full: It was killed: see memory_mb\./)
  }, told(answer))
})

it('holds the disk of the machine against nobody', () =>
  swarm(
    async (s) => {
      await s.file('Large', [])
      await s.tick()
      expect(await s.ticket(1)).toMatchObject({ charged: 0 })
      expect((await s.attempts(1))[0]?.reason).toMatch(/^infrastructure: .*the disk is full/)
    },
    told(fills([], ':'), null),
  ))
