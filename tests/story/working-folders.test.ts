/** Where the swarm works on this machine's disks, what is left there, and what becomes of it when somebody cleans it away. */
import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { markOf, type ProjectPaths, pathsOf } from '../../src/main/project/paths.ts'
import { clearWork, sandboxRoot, scratchOf } from '../../src/main/project/working.ts'
import { sandboxSetupFor } from '../../src/main/sandbox/sandboxes.ts'
import type { Site } from '../../src/main/sandbox/setup.ts'
import { folder } from '../contracts/repo.ts'
import { isAlive, smallSource } from '../contracts/sandbox.ts'
import { SETTINGS } from './settings.ts'
import { swarm } from './swarm.ts'

const HIDDEN = 0o077

/** A machine of its own: a home, a temporary folder, and a project in the home. */
interface Machine {
  home: string
  temporary: string
  paths: ProjectPaths
  site: Site
}

let machine: Machine

beforeEach(() => {
  const above = realpathSync(folder())
  const [home, temporary] = [join(above, 'home'), join(above, 'tmp')]
  const paths = pathsOf(join(home, 'shop'))
  for (const each of [paths.own, temporary]) mkdirSync(each, { recursive: true })
  vi.stubEnv('TMPDIR', temporary)
  onTestFinished(() => void vi.unstubAllEnvs())
  const site: Site = {
    paths,
    environment: { HOME: home, PATH: process.env.PATH },
    settings: () => ({ ...SETTINGS, sandbox: 'process' }),
    ...{ note: () => {}, progress: () => {}, signal: new AbortController().signal },
  }
  machine = { home, temporary, paths, site }
})

const specOf = async (name: string) => ({
  ...{ name, env: {}, programs: {}, gateway: null },
  checkout: { ...(await smallSource()), history: false },
})

describe('the folders that the swarm works in', () => {
  it('are below .swarm/ and in the person’s cache, for nobody else to enter', async () => {
    const { home, temporary, paths, site } = machine
    const source = await specOf('t1-a1')
    const setup = await sandboxSetupFor(site)
    const sandbox = await setup.sandboxes.open(source, site.signal)
    const taking = { signal: site.signal, timeoutMs: 10_000, most: 100 }
    await sandbox.take(['echo', 'work'], join(setup.scratch, '1-1.bundle'), taking)
    const cache = join(home, '.cache', 'swarm')
    expect(dirname(dirname(sandbox.home))).toBe(join(cache, markOf(paths.root)))
    expect(setup.scratch.startsWith(`${paths.work}/${process.pid}-`)).toBe(true)
    for (const each of [paths.work, setup.scratch, cache, setup.folders[0]!])
      expect(statSync(each).mode & HIDDEN, each).toBe(0)
    expect(readdirSync(temporary).filter((name) => !name.startsWith('swarm-test-'))).toEqual([])
    await sandbox.close()
    rmSync(join(setup.scratch, '1-1.bundle'))
    setup.clear()
    expect([readdirSync(paths.work), readdirSync(cache)]).toEqual([[], []])
  })

  it.each([
    ['the cache is in the project', (m: Machine) => ({ HOME: m.paths.root })],
    ['a link leads the cache into the project', linked],
    ['there is no home', () => ({})],
    ['the cache cannot be written', (m: Machine) => ({ XDG_CACHE_HOME: file(m) })],
    ['somebody else may enter the cache', open],
  ])('are in the temporary folder when %s', (_, environment) => {
    const root = sandboxRoot(machine.paths, environment(machine))
    expect(root).toBe(join(machine.temporary, `swarm-${userInfo().uid}`, markOf(machine.paths.root)))
    expect(statSync(root).mode & HIDDEN).toBe(0)
  })

  it('are named by the person when there is no other place outside of the project', () => {
    const { paths, home } = machine
    vi.stubEnv('TMPDIR', join(paths.root, 'tmp'))
    expect(() => sandboxRoot(paths, { HOME: paths.root })).toThrow(/Name one: XDG_CACHE_HOME\.$/)
    expect(sandboxRoot(paths, { XDG_CACHE_HOME: join(home, 'caches') })).toMatch(/caches.swarm.[0-9a-f]+$/)
  })
})

function linked({ home, paths }: Machine) {
  mkdirSync(join(paths.root, 'caches'))
  symlinkSync(join(paths.root, 'caches'), join(home, '.cache'))
  return { HOME: home }
}

function file({ home }: Machine): string {
  writeFileSync(join(home, 'file'), '')
  return join(home, 'file')
}

function open({ home }: Machine) {
  mkdirSync(join(home, '.cache', 'swarm'), { recursive: true, mode: 0o755 })
  return { HOME: home }
}

describe('what is left of processes that have ended', () => {
  it('is removed from the working folder, and what a living one works with is not', async () => {
    const { paths } = machine
    const other = spawn('sleep', ['1000'], { stdio: 'ignore' })
    const gone = new Promise((resolve) => other.on('close', resolve))
    onTestFinished(() => void other.kill('SIGKILL'))
    const mine = scratchOf(paths)
    const theirs = scratchOf(paths, other.pid!)
    for (const each of [mine, theirs, join(paths.work, '1-00000000')])
      mkdirSync(join(each, 'packs'), { recursive: true })
    clearWork(paths)
    expect(
      readdirSync(paths.work)
        .map((name) => join(paths.work, name))
        .sort(),
    ).toEqual([mine, theirs].sort())
    other.kill('SIGKILL')
    await gone
    clearWork(paths)
    expect(readdirSync(paths.work).map((name) => join(paths.work, name))).toEqual([mine])
  })

  it('is ended and removed in the places of earlier versions, too', async () => {
    const { temporary, paths, site } = machine
    const above = join(temporary, `swarm-${userInfo().uid}`)
    const old = join(above, markOf(paths.root))
    for (const each of ['t1-a1-00000000', 'scratch/gateway/g-abc', 'packs-4/pack-x'])
      mkdirSync(join(old, each), { recursive: true, mode: 0o700 })
    const left = spawn('sleep', ['1000'], {
      cwd: join(old, 't1-a1-00000000'),
      stdio: 'ignore',
      detached: true,
    })
    onTestFinished(() => void left.kill('SIGKILL'))
    const { startOf } = await import('../../src/sandboxes/table.ts')
    writeFileSync(join(old, 't1-a1-00000000.processes'), `1 long-ago\n${left.pid} ${startOf(left.pid!)}\n`)
    const setup = await sandboxSetupFor(site)
    expect(await setup.sandboxes.reap()).toBe(1)
    expect([isAlive(left.pid!), existsSync(above)]).toEqual([false, false])
    expect(await setup.sandboxes.reap()).toBe(0)
  })

  it('is left alone where the old place is somebody else’s', async () => {
    const { temporary, paths, site } = machine
    const old = join(temporary, `swarm-${userInfo().uid}`, markOf(paths.root), 'scratch')
    mkdirSync(old, { recursive: true, mode: 0o777 })
    expect(await (await sandboxSetupFor(site)).sandboxes.reap()).toBe(0)
    expect(existsSync(old)).toBe(true)
  })
})

it('lands a ticket after all working folders were cleaned away while everybody was idle', () =>
  swarm(async (s) => {
    await s.file('First', [{ write: { file: 'a.txt', text: 'a\n' } }])
    await s.settle()
    const above = join(s.world.scratch, '..')
    for (const name of ['scratch', 'sandboxes', 'transcripts', 'sessions'])
      rmSync(join(above, name), { recursive: true, force: true })
    const id = await s.file('Second', [{ write: { file: 'b.txt', text: 'b\n' } }])
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: First', 'ticket-2: Second'])
    expect((await s.attempts(id)).map(({ outcome }) => outcome)).toEqual(['landed'])
  }))
