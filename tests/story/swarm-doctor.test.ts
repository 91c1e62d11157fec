import { mkdirSync, statfsSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Check } from '../../src/cli/swarm/host/machine.ts'
import { clockSays, gitSays, nodeSays } from '../../src/main/commands/doctor.ts'
import { takeLock } from '../../src/main/project/lock.ts'
import { pathsOf } from '../../src/main/project/paths.ts'
import { writeRecord } from '../../src/main/project/record.ts'
import { asFlags } from '../../src/main/settings/read.ts'
import { folderElsewhere, oneDisk } from '../contracts/disks.ts'
import { itUnless } from '../contracts/gaps.ts'
import { folder, git } from '../contracts/repo.ts'
import { slowEngine } from '../contracts/slow-engine.ts'
import { newFolder, swarm } from './terminal.ts'

const NAMES =
  'Node git SQLite sandbox engine bubblewrap image harness credential clock disk repository saved-work transcripts sessions logs backups caches images channels port'
    .split(' ')
    .map((name) => name.replace('-', ' '))
const scripted = { SWARM_HARNESS: 'scripted' }

function freeMiB(place: string): number {
  const { bavail, bsize } = statfsSync(place)
  return (bavail * bsize) / 1024 / 1024
}

async function checks(environment: Record<string, string>) {
  const said = await swarm(['doctor', '--format', 'json'], { folder: newFolder(), environment })
  const { ok, checks } = JSON.parse(said.out) as { ok: boolean; checks: Check[] }
  return { code: said.code, ok, of: (name: string) => checks.find((check) => check.name === name)!, checks }
}

describe('swarm doctor', () => {
  it('looks at everything that agents need, and each doubt comes with what to do', async () => {
    const { code, ok, checks: all } = await checks(scripted)
    expect(all.map(({ name }) => name)).toEqual(NAMES)
    for (const { state, advice } of all) expect(advice === null).toBe(state === 'good')
    expect(all.filter(({ state }) => state === 'wrong')).toEqual([])
    expect([code, ok]).toEqual([0, true])
  })

  it('tells of what a running server uses, which flags or its environment said when it was started', async () => {
    const folder = newFolder()
    await swarm(['init', '.', '--yes'], { folder })
    const places = pathsOf(folder)
    const look = async (name: string) => {
      const { out } = await swarm(['doctor', '--format', 'json'], { folder, environment: scripted })
      return (JSON.parse(out).checks as Check[]).find((check) => check.name === name)
    }
    const flags = asFlags({ flags: { sandbox: 'process' }, environment: { SWARM_MIN_FREE: '1000000' } })
    expect(flags).toEqual({ sandbox: 'process', 'min-free': '1000000' })
    writeRecord(places, { pid: process.pid, port: 1, startedAt: 1, version: '0', flags })
    const lock = takeLock(places.lock)
    expect(await look('sandbox')).toMatchObject({
      found: 'process, which does not isolate',
      advice: expect.stringContaining('The server was started so.'),
    })
    expect(await look('disk')).toMatchObject({ state: 'wrong' })
    lock?.release()
    expect(await look('disk')).toMatchObject({ state: 'good' })
  })

  it('fails when something that is needed is wrong', async () => {
    const claude = { SWARM_HARNESS: 'claude', SWARM_CREDENTIAL_FILE: '/nonexistent/credential' }
    const { code, ok, of } = await checks({ ...claude, SWARM_MIN_FREE: '1000000' })
    expect([code, ok]).toEqual([1, false])
    expect(of('credential')).toMatchObject({
      state: 'wrong',
      advice: expect.stringContaining('swarm auth set'),
    })
    expect(of('disk')).toMatchObject({ state: 'wrong', found: expect.stringContaining('nearly full') })
  })

  it('sees an engine on another machine, one that does not answer, and one whose disk is nearly full', async () => {
    const engine = slowEngine()
    const asked = (more: Record<string, string> = {}) =>
      checks({ ...scripted, PATH: `${engine.bin}:${process.env.PATH}`, ...more })
    expect((await asked()).of('engine')).toMatchObject({ state: 'good' })
    expect((await asked({ DOCKER_HOST: 'tcp://192.0.2.1:2375' })).of('engine')).toMatchObject({
      state: 'doubtful',
      found: expect.stringContaining('is on another machine (tcp://192.0.2.1:2375)'),
    })
    expect((await asked({ SWARM_MIN_FREE: '1000000' })).of('engine')).toMatchObject({
      state: 'wrong',
      found: expect.stringContaining(`MiB are free for ${engine.bin}, where docker keeps images`),
      advice: 'Make room, such as by: docker system prune',
    })
    engine.fails('info', 'Cannot connect to the Docker daemon at unix:///x.sock.')
    expect((await asked()).of('engine')).toMatchObject({
      state: 'doubtful',
      found: expect.stringContaining('does not answer. Start it.'),
    })
  })

  it('shows what is used of the disk, kind by kind, and what to do where it is much', async () => {
    const project = newFolder()
    const cache = join(newFolder(), 'caches')
    const environment = { ...scripted, XDG_CACHE_HOME: cache, PATH: process.env.PATH ?? '' }
    await swarm(['init', '.', '--yes'], { folder: project, environment })
    const own = join(project, '.swarm')
    const FILES = {
      'work/1-00000000/a': 3,
      'packages/a': 2,
      'sessions/t1.tar': 4,
      'transcripts/t1-a1.jsonl': 5,
    }
    for (const [file, mb] of Object.entries({ ...FILES, 'backups/a.db': 6, 'gate.log.1': 7 })) {
      mkdirSync(dirname(join(own, file)), { recursive: true })
      writeFileSync(join(own, file), Buffer.alloc(mb * 1_000_000, 1))
    }
    writeFileSync(join(own, 'audit.log'), '')
    truncateSync(join(own, 'audit.log'), 200_000_000)
    const bare = join(own, 'repo.git')
    const work = git(bare, 'commit-tree', git(bare, 'rev-parse', 'HEAD^{tree}'), '-m', 'work')
    git(bare, 'update-ref', 'refs/swarm/work/1/1', work)
    const said = await swarm(['doctor', '--format', 'json'], { folder: project, environment })
    const { checks } = JSON.parse(said.out) as { checks: Check[] }
    const of = (name: string) => checks.find((check) => check.name === name)!
    const mb = (name: string) => Math.floor((of(name).bytes ?? -1) / 1_000_000)
    expect(['sessions', 'transcripts', 'backups', 'caches'].map(mb)).toEqual([4, 5, 6, 5])
    expect(of('transcripts')).toMatchObject({ state: 'good', found: `5.0 MB in ${own}/transcripts` })
    expect(of('saved work').bytes).toBeGreaterThan(50)
    expect(of('repository').bytes).toBeGreaterThan(of('saved work').bytes!)
    expect(of('caches').found.replaceAll(project, '…').replaceAll(cache, '~')).toMatch(
      /^5\.\d MB in all: 3\.\d MB in …\/\.swarm\/work, 2\.\d MB in …\/\.swarm\/packages, 0\.0 MB in ~\/swarm\/[0-9a-f]{16}$/,
    )
    expect(of('logs')).toMatchObject({ state: 'doubtful', found: `207.0 MB in ${own}` })
    expect(of('logs').advice).toContain('audit.log')
  })

  itUnless(oneDisk(), 'warns of a temporary folder that is nearly full, which stops nobody', async () => {
    const [small, large] = [folder(), folderElsewhere()].sort((one, other) => freeMiB(one) - freeMiB(other))
    const between = Math.floor((freeMiB(small!) + freeMiB(large!)) / 2)
    vi.stubEnv('TMPDIR', small)
    onTestFinished(() => void vi.unstubAllEnvs())
    const { ok, of } = await checks({ ...scripted, HOME: large!, SWARM_MIN_FREE: String(between) })
    expect(ok).toBe(true)
    expect(of('disk')).toMatchObject({
      state: 'doubtful',
      found: expect.stringContaining(`MiB are free for ${small}, the temporary folder`),
      advice: expect.stringContaining('TMPDIR'),
    })
    vi.stubEnv('TMPDIR', large)
    const other = await checks({ ...scripted, HOME: small!, SWARM_MIN_FREE: String(between) })
    expect([other.ok, other.of('disk').state]).toEqual([false, 'wrong'])
  })

  it('says in words for a person what is wrong and what to do', async () => {
    const environment = { ...scripted, PATH: '/nonexistent', SWARM_SANDBOX: 'auto' }
    const { code, out } = await swarm(['doctor'], { folder: newFolder(), environment })
    expect(code).toBe(1)
    expect(out).toMatch(/wrong +git +git is not on PATH/)
    expect(out).toContain('git: Install git 2.38 or newer.')
    expect(out).toMatch(/wrong +sandbox +neither an engine nor bubblewrap can be used/)
    expect(out).toContain('Agents cannot work here until that is fixed.')
  })

  it('doubts a sandbox that does not isolate, and a port that is taken', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    const { of } = await checks({ ...scripted, SWARM_PORT: String(port) })
    expect(of('sandbox')).toMatchObject({ state: 'doubtful', found: 'process, which does not isolate' })
    expect(of('port')).toMatchObject({ state: 'doubtful', found: `${port} is used by another program` })
  })

  it.each([
    ['20.18.9', 'wrong'],
    ['20.19.0', 'good'],
    ['18.0.0', 'wrong'],
    ['26.1.0', 'good'],
  ])('knows whether Node %s will do', (version, state) => expect(nodeSays(version).state).toBe(state))

  it.each([
    ['git version 2.37.9', 'wrong'],
    ['git version 2.38.0', 'good'],
    ['git version 2.50.1 (Apple Git-155)', 'good'],
    [null, 'wrong'],
  ])('knows whether %s will do', (text, state) => expect(gitSays(text).state).toBe(state))

  it.each([
    [0, 'good', /within/],
    [119, 'good', /within 119 s/],
    [600, 'wrong', /600 s ahead of the model's/],
    [-600, 'wrong', /600 s behind the model's/],
  ])('compares the clock with the model: %i s', (seconds, state, words) => {
    const said = clockSays('Wed, 25 Nov 2026 12:00:00 GMT', Date.UTC(2026, 10, 25, 12) + seconds * 1000)
    expect(said.state).toBe(state)
    expect(said.found).toMatch(words)
  })

  it('says when the model tells no time', () => expect(clockSays(null, 0).state).toBe('doubtful'))
})
