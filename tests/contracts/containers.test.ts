/** What becomes of containers when an engine is slow or broken. */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { type Containers, dockerSandboxes } from '../../src/sandboxes/docker/docker.ts'
import { engineOf } from '../../src/sandboxes/docker/engine.ts'
import { folder } from './repo.ts'
import { type SlowEngine, slowEngine } from './slow-engine.ts'
import { standStill } from './still.ts'

const PACKS = { tip: async () => 'c', pack: async () => ({ files: [], release: async () => {} }) }
const CHECKOUT = { source: '/repo.git', ref: 'refs/heads/main', commit: 'c', history: false }

function containersOf({ bin }: SlowEngine, notes: string[] = []): Containers {
  return dockerSandboxes({
    engine: engineOf({ program: 'docker', env: { PATH: `${bin}:${process.env.PATH}` } }),
    image: { id: 'sha256:0', searchPath: '/bin' },
    ...{ mark: 'test', packs: () => PACKS, note: (line) => void notes.push(line) },
    limits: () => ({ memoryMb: 64, cpus: 1, pids: 64, diskMb: 64 }),
  })
}

const openIn = (containers: Containers, name: string, signal = new AbortController().signal) =>
  containers.open({ name, checkout: CHECKOUT, env: {}, programs: {}, gateway: null }, signal)

it('leaves none behind when a sandbox is called off while its container is being made', async () => {
  const engine = slowEngine()
  const stop = new AbortController()
  engine.turn('hold', 'on')
  const opening = openIn(containersOf(engine), 't1-a1', stop.signal).catch(
    (failure: Error) => failure.message,
  )
  await vi.waitFor(() => expect(engine.has('begun')).toBe(true), { timeout: 20_000 })
  stop.abort()
  engine.turn('hold', 'off')
  expect(await opening).toBe('The sandbox is not wanted any more.')
  await vi.waitFor(() => expect(engine.has('made')).toBe(true), { timeout: 20_000 })
  expect(engine.containers()).toEqual([])
})

it('ends all that are open at once, and names those that the engine does not remove', async () => {
  const [engine, notes] = [slowEngine(), [] as string[]]
  const containers = containersOf(engine, notes)
  const first = await openIn(containers, 't1-a1')
  await openIn(containers, 't2-a1')
  expect(engine.containers()).toHaveLength(2)
  engine.turn('broken', 'on')
  await first.close()
  expect(notes.join()).toMatch(
    /could not be removed; the next start does: docker rm failed: the driver is busy/,
  )
  expect((await containers.endOpen()).sort()).toEqual(['t1-a1', 't2-a1'])
  engine.turn('broken', 'off')
  expect(await containers.endOpen()).toEqual([])
  expect(engine.containers()).toEqual([])
})

it('asks the engine from somewhere else when the temporary folder is gone', async () => {
  vi.stubEnv('TMPDIR', '/nowhere')
  try {
    expect(await engineOf({ program: 'pwd', env: { PATH: process.env.PATH! } }).ask([])).toBe('/')
  } finally {
    vi.unstubAllEnvs()
  }
})

/** An engine that does so, whatever it is asked. */
function engineThat(script: string) {
  const program = join(folder(), 'engine')
  writeFileSync(program, `#!/bin/sh\n${script}\n`)
  chmodSync(program, 0o755)
  return engineOf({ program, env: { PATH: process.env.PATH! } })
}

it('takes an answer that came in time, however late it is read', async () => {
  const asked = engineThat('echo an answer').ask(['ps'], { timeoutMs: 500 })
  standStill(1000)
  expect(await asked).toBe('an answer')
})

it('takes half an answer for none', async () => {
  const engine = engineThat('sleep 20 2>/dev/null & echo half')
  await expect(engine.ask(['ps'])).rejects.toMatchObject({
    name: 'Trouble',
    message: expect.stringContaining('could not be read to its end'),
  })
})

it('says how an engine failed, and that it did not answer', async () => {
  await expect(engineThat('echo first >&2; echo last >&2; exit 1').ask(['ps'])).rejects.toThrow(
    /ps failed: last/,
  )
  await expect(engineThat('exec sleep 20').ask(['ps'], { timeoutMs: 300 })).rejects.toThrow(
    /ps failed: it did not answer within 0.3 s/,
  )
  const stop = AbortSignal.abort()
  await expect(engineThat('echo fine').ask(['ps'], { signal: stop })).rejects.toThrow(/was called off/)
  await expect(engineThat('echo flood; yes').ask(['ps'])).rejects.toThrow(/printed more than 16 MiB/)
})
