/** The packages that `main` names are fetched once, in no attempt, and are cached in every sandbox afterwards. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { openPackageCache } from '../../src/life/agents/package-cache.ts'
import { fileArchives } from '../../src/stores/files/archives.ts'
import { type Registry, registry } from '../contracts/registry.ts'
import { folder } from '../contracts/repo.ts'
import { type Story, swarm } from './swarm.ts'

// Packages are installed for real, by several npm: long on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

const GATE =
  '#!/bin/sh\nset -e\nnpm ci --no-audit --no-fund --silent\nnode -e "console.log(require(\'word\'))"\n'
const NO_GATE = '#!/bin/sh\ntrue\n'
const write = (file: string, text: string) => ({ write: { file, text } })

interface CachedPackages {
  from: Registry
  /** What is at hand by now: the names of the archives. */
  archives(): string[]
  read(name: string): Buffer
  /** Until so many archives are there. */
  cached(count: number): Promise<void>
  notes: string[]
}

async function told(
  gate: string,
  tell: (s: Story, cached: CachedPackages) => Promise<void>,
  install?: string,
): Promise<void> {
  const from = await registry({ '1.0.0': 'one', '2.0.0': 'two' }, { install })
  onTestFinished(from.close)
  const place = folder()
  const archives = () => readdirSync(place).filter((name) => name.endsWith('.tar'))
  const notes: string[] = []
  let close = async () => {}
  const cached: CachedPackages = {
    ...{ from, archives, notes, read: (name) => readFileSync(join(place, name)) },
    cached: (count) => vi.waitFor(() => expect(archives()).toHaveLength(count), { timeout: 20_000 }),
  }
  const files = { ...from.project('1.0.0'), '.gitignore': 'node_modules\n', 'verify.sh': gate }
  await swarm((s) => tell(s, cached).finally(() => close()), {
    files,
    with(world) {
      const note = (line: string) => void notes.push(line)
      const packageCache = openPackageCache({ ...world, note, archives: fileArchives(place, 3) })
      close = packageCache.close
      return { sandboxes: packageCache.sandboxes }
    },
  })
}

it('asks the registry for nothing any more, once what main names is at hand', async () => {
  await told(GATE, async (s, { from, cached, notes }) => {
    await s.file('First', [write('a.txt', 'a\n')])
    await s.settle()
    await cached(1)
    expect(notes).toEqual([expect.stringMatching(/^packages: cached those of package-lock\.json/)])
    const asked = from.given()
    await s.file('Second', [write('b.txt', 'b\n')])
    await s.settle()
    expect(await s.main()).toHaveLength(2)
    expect(from.given()).toBe(asked)
  })
})

it('takes nothing over from an attempt, whatever that does to its own packages and lockfile', async () => {
  await told(NO_GATE, async (s, { from, archives, read, cached }) => {
    await s.file('First', [write('a.txt', 'a\n')])
    await s.settle()
    await cached(1)
    const [first] = archives() as [string]
    const genuine = read(first)
    const { 'package.json': needs, 'package-lock.json': lock } = from.project('2.0.0')
    await s.file('Poison', [
      { run: 'find "$HOME/.npm/_cacache" -type f | while read -r each; do echo poison > "$each"; done' },
      write('package.json', needs!),
      write('package-lock.json', lock!),
    ])
    await s.settle()
    expect(await s.read('package-lock.json')).toBe(lock)
    expect([archives(), read(first)]).toEqual([[first], genuine])
    // What has landed is what main names: the next sandbox starts the fetching.
    await s.file('Third', [write('c.txt', 'c\n')])
    await s.settle()
    await cached(2)
    const asked = from.given()
    await s.file('Fourth', [
      { run: 'npm ci --no-audit --no-fund --silent' },
      { run: 'test "$(node -p \'require("word")\')" = two' },
      write('d.txt', 'd\n'),
    ])
    await s.settle()
    expect(await s.read('d.txt')).toBe('d\n')
    expect(from.given()).toBe(asked)
  })
})

it('runs no script of a package while it fetches', async () => {
  const ran = join(folder(), 'ran')
  const tell = async (s: Story, { cached }: CachedPackages) => {
    await s.file('First', [write('a.txt', 'a\n')])
    await s.settle()
    await cached(1)
    expect(existsSync(ran)).toBe(false)
    // The trap works: npm as people run it walks into it.
    await s.file('Second', [{ run: 'npm ci --no-audit --no-fund --silent' }, write('b.txt', 'b\n')])
    await s.settle()
    expect(existsSync(ran)).toBe(true)
  }
  await told(NO_GATE, tell, `touch ${ran}`)
})

it('goes on without what cannot be fetched, says so once, and tries again an hour later', async () => {
  await told(NO_GATE, async (s, { from, archives, notes }) => {
    from.lose()
    for (const name of ['one', 'two']) {
      await s.file(name, [write(`${name}.txt`, 'x\n')])
      await s.settle()
      await vi.waitFor(() => expect(notes).toHaveLength(1), { timeout: 20_000 })
    }
    expect(await s.main()).toHaveLength(2)
    expect(notes[0]).toMatch(/^packages: not cached, so sandboxes start without them: .*404/)
    s.clock.turn(3_600_000)
    await s.file('three', [write('three.txt', 'x\n')])
    await s.settle()
    await vi.waitFor(() => expect(notes).toHaveLength(2), { timeout: 20_000 })
    expect(archives()).toEqual([])
  })
})
