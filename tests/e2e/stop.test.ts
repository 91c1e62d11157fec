/** `swarm stop` with containers whose engine is slow or broken. */
import { expect, it } from 'vitest'
import { type SlowEngine, slowEngine } from '../contracts/slow-engine.ts'
import { type Shop, shop } from './server.ts'

const UNTIL = { timeout: 60_000, interval: 100 }

/** A swarm whose three agents are at work in containers. */
async function atWork(): Promise<Shop & { engine: SlowEngine }> {
  const engine = slowEngine()
  const made = await shop(undefined, undefined, { PATH: `${engine.bin}:${process.env.PATH}` })
  for (const name of ['One', 'Two', 'Three']) await made.file(name, [{ pause: 120_000 }])
  expect(await made.start('--agents', '3', '--sandbox', 'docker')).toMatchObject({ code: 0 })
  await expect.poll(engine.atWork, UNTIL).toBe(3)
  return { ...made, engine }
}

it('ends the sandboxes whose agents do not end in time, and hands their tickets back', async () => {
  const { swarm, engine } = await atWork()
  engine.turn('slow', 'on')
  const began = performance.now()
  expect(await swarm('stop')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Stopped\. Given back: (#\d(, )?){3}\.\n$/),
  })
  expect(performance.now() - began).toBeLessThan(20_000)
  expect(engine.containers()).toEqual([])
})

it('says which sandboxes it left, and the next start ends them', async () => {
  const { swarm, start, engine } = await atWork()
  engine.turn('broken', 'on')
  const { out } = await swarm('stop')
  // On a busy machine the next start also hands the tickets back.
  expect(out).toMatch(
    /^Stopped\. .*#1.*\nStill there: (t\d-a1(, )?){3}\. The next start ends them\. \(docker rm failed: the driver is busy\)\n$/,
  )
  engine.turn('broken', 'off')
  expect((await start('--agents', '0', '--sandbox', 'docker')).out).toMatch(/sandboxes +3 ended and removed/)
  expect(engine.containers()).toEqual([])
})

it('ends the sandboxes of a server that it had to kill', async () => {
  const { swarm, pid, engine } = await atWork()
  process.kill(pid(), 'SIGSTOP')
  expect((await swarm('stop')).out).toBe(
    'It did not stop and was killed. The next start resumes its tickets.\nIt left 3 sandboxes behind: ended and removed.\n',
  )
  expect(engine.containers()).toEqual([])
})
