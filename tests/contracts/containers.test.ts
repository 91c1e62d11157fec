/** What becomes of containers when an engine is slow or broken. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { engineFor } from '../../src/main/sandbox/containers.ts'
import { type Containers, dockerSandboxes, orphans } from '../../src/sandboxes/docker/docker.ts'
import { engineOf } from '../../src/sandboxes/docker/engine.ts'
import type { Image } from '../../src/sandboxes/docker/image.ts'
import { folder } from './repo.ts'
import { type SlowEngine, slowEngine } from './slow-engine.ts'
import { standStill } from './still.ts'

const PACKS = { tip: async () => 'c', pack: async () => ({ files: [], release: async () => {} }) }
const CHECKOUT = { source: '/repo.git', ref: 'refs/heads/main', commit: 'c', history: false }

function containersOf({ bin }: SlowEngine, notes: string[] = [], renew?: () => Promise<Image>): Containers {
  return dockerSandboxes({
    engine: engineOf({ program: 'docker', env: { PATH: `${bin}:${process.env.PATH}` } }),
    image: { id: 'sha256:0', searchPath: '/bin' },
    renew: renew ?? (() => Promise.reject(new Error('nobody removed the image'))),
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
  expect(await opening).toBe('The sandbox is no longer needed.')
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

const NO_IMAGE =
  "docker: Error response from daemon: No such image: sha256:0\n\nRun 'docker run --help' for more information\n"

it('makes an image that is gone again, once for all who wait, and goes on with it', async () => {
  const [engine, notes] = [slowEngine(), [] as string[]]
  const renew = vi.fn(async () => {
    engine.fails('run', null)
    return { id: 'sha256:1', searchPath: '/bin' }
  })
  const containers = containersOf(engine, notes, renew)
  engine.fails('run', NO_IMAGE)
  await Promise.all(['t1-a1', 't2-a1', 't3-a1'].map((name) => openIn(containers, name)))
  expect(renew).toHaveBeenCalledTimes(1)
  expect(containers.kind).toBe('docker 1')
  expect(engine.containers()).toHaveLength(3)
  expect(notes).toEqual(['the sandbox image is missing and will be rebuilt', 'the sandbox image was rebuilt'])
  await containers.endOpen()
})

it.each([
  [
    'a full disk',
    "docker: Error response from daemon: write /var/lib/x: no space left on device.\nSee 'docker run --help'.",
    'The disk of the docker engine is full; make room: docker system prune. (Error response from daemon: write /var/lib/x: no space left on device.)',
  ],
  [
    'help',
    "docker: unknown flag: --pids\n\nUsage:  docker run [OPTIONS] IMAGE\n\nRun 'docker run --help' for more information",
    'docker run failed: docker: unknown flag: --pids',
  ],
  [
    'nothing but help',
    'Usage:  docker [OPTIONS] COMMAND\n\nA self-sufficient runtime for containers\n\nTo get more help with docker, check out our guides',
    'docker run failed: it only says how it is used, so this version of it does not know what it was asked',
  ],
  [
    'an engine that is down',
    "docker: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?.\nSee 'docker run --help'.",
    'The docker engine does not answer. Start it. (docker: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?.)',
  ],
  [
    'somebody who may not',
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: dial unix /var/run/docker.sock: connect: permission denied',
    'The docker engine may not be used by you. (permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: dial unix /var/run/docker.sock: connect: permission denied)',
  ],
])('names the cause of %s in one sentence, as trouble of the engine', async (_, words, sentence) => {
  const engine = slowEngine()
  engine.fails('run', words)
  await expect(openIn(containersOf(engine), 't1-a1')).rejects.toMatchObject({
    code: 'engine',
    message: sentence,
  })
})

it('finds what a dead server of this machine left when the machine had another name', async () => {
  const engine = slowEngine()
  await openIn(containersOf(engine), 't1-a1')
  const asked = engineOf({ program: 'docker', env: { PATH: `${engine.bin}:${process.env.PATH}` } })
  const container = join(engine.bin, 'containers', engine.containers()[0]!)
  const labels = readFileSync(container, 'utf8')
  const dead = labels.replace(/^swarm\.owner=.*$/m, 'swarm.owner=another-name/1/never')
  writeFileSync(container, dead)
  expect(await orphans(asked, 'test')).toMatchObject([{ name: 't1-a1' }])
  // Of a machine that shares the engine nobody here knows who lives.
  writeFileSync(container, dead.replace(/^swarm\.machine=.*$/m, 'swarm.machine=another'))
  expect(await orphans(asked, 'test')).toEqual([])
})

it('refuses an engine on another machine, from which the gateway cannot be reached', async () => {
  const engine = slowEngine()
  writeFileSync(
    join(engine.bin, 'docker'),
    '#!/bin/sh\n[ "$1" = context ] && echo ssh://ada@far.example && exit\necho {}',
    { mode: 0o755 },
  )
  await expect(engineFor('docker', { PATH: `${engine.bin}:${process.env.PATH}` })).rejects.toThrow(
    'The docker engine is on another machine (ssh://ada@far.example), from which sandboxes cannot reach the gateway here. Name one of this machine: unset DOCKER_HOST, or docker context use default.',
  )
})
