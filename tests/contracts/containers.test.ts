/** What becomes of containers when an engine is slow or broken. */
import { expect, it, vi } from 'vitest'
import { type Containers, dockerSandboxes } from '../../src/sandboxes/docker/docker.ts'
import { engineOf } from '../../src/sandboxes/docker/engine.ts'
import { type SlowEngine, slowEngine } from './slow-engine.ts'

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
