/** Packing and pruning the bare repository: nothing that is needed goes, whatever happens meanwhile. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import type { CommitInfo, Repo } from '../../src/ports/repo.ts'
import { adopt } from '../../src/repos/git/adopt.ts'
import { openGit } from '../../src/repos/git/git.ts'
import { COMING_IN } from '../../src/repos/git/objects.ts'
import { cloneOf, folder, git, workIn } from './repo.ts'

vi.setConfig({ testTimeout: 60_000 })

const never = new AbortController().signal
const DAY = 86_400_000

interface Swarm {
  bare: string
  repo: Repo
  base: CommitInfo
}

async function begin(): Promise<Swarm> {
  const project = workIn(join(folder(), 'project'))
  mkdirSync(project.path)
  git(project.path, 'init', '--quiet', '--initial-branch=main')
  project.put({ a: 'a\n' })
  project.commit('Begin')
  const bare = join(folder(), 'repo.git')
  await adopt({ project: project.path, bare })
  const repo = openGit({ path: bare, branch: 'main' })
  return { bare, repo, base: await repo.tip() }
}

/** A git that first does `script` when it is asked for `verb`; `$real` is the true one. */
function gitThat(verb: string, script: string): string {
  const bin = folder()
  const real = execFileSync('sh', ['-c', 'command -v git']).toString().trim()
  const body = `#!/bin/sh\nreal=${real}\ncase " $* " in *' ${verb} '*)\n${script}\n;; esac\nexec $real "$@"\n`
  writeFileSync(join(bin, 'git'), body)
  chmodSync(join(bin, 'git'), 0o755)
  return `${bin}:${process.env.PATH}`
}

const namesIn = (bare: string, place: string) => readdirSync(join(bare, 'objects', place))
const packs = (bare: string) => namesIn(bare, 'pack').filter((name) => name.endsWith('.pack'))
const loose = (bare: string) => Number(/^count: (\d+)$/m.exec(git(bare, 'count-objects', '-v'))?.[1])

/** Loose objects: of each a blob and its tree, in refs of ten commits each. */
function scatter(bare: string, many: number): void {
  const blobs = Array.from({ length: many }, (_, at) => `blob\nmark :${at + 1}\ndata <<E\n${at}\nE\n`)
  const files = blobs.map((_, at) => `M 100644 :${at + 1} ${at % 64}/${at}\n`).join('')
  const commit = `commit refs/swarm/work/1/1\ncommitter A <a@b.c> 1700000000 +0000\ndata 1\nx\n${files}`
  execFileSync('git', ['-c', 'fastimport.unpackLimit=1000000', 'fast-import', '--quiet'], {
    cwd: bare,
    input: blobs.join('') + commit,
  })
}

const submit = async ({ repo, base }: Swarm, ref: string, files: Record<string, string>) => {
  const clone = cloneOf(repo)
  clone.put(files)
  clone.commit('work')
  return repo.receive(clone.bundle(base.commit), ref)
}

it('makes a few packs of thousands of loose objects while work lands, which succeeds', async () => {
  const at = await begin()
  scatter(at.bare, 2000)
  expect(loose(at.bare)).toBeGreaterThan(2000)
  const began = join(folder(), 'began')
  const searchPath = gitThat('repack', `: > ${began}\nsleep 0.3\nnice > ${began}`)
  const repo = openGit({ path: at.bare, branch: 'main', searchPath })
  const tidying = repo.tidy({ unreachableBefore: Date.now() - DAY, signal: never })
  await expect.poll(() => existsSync(began)).toBe(true)
  const work = await submit(at, 'refs/swarm/work/2/1', { b: 'b\n' })
  expect(await at.repo.advance(at.base.commit, work.commit)).toBe('moved')
  await tidying
  expect(readFileSync(began, 'utf8')).toBe('19\n')
  expect(loose(at.bare)).toBeLessThan(10)
  expect(packs(at.bare).length).toBeLessThan(5)
  expect(git(at.bare, 'fsck', '--strict', '--no-dangling')).toBe('')
  expect((await at.repo.tip()).commit).toBe(work.commit)
  expect(git(at.bare, 'ls-tree', '-r', '--name-only', 'refs/swarm/work/1/1').split('\n')).toHaveLength(2000)
})

it('packs nothing while there is little to pack', async () => {
  const at = await begin()
  const before = packs(at.bare)
  await submit(at, 'refs/swarm/work/2/1', { b: 'b\n' })
  await at.repo.tidy({ unreachableBefore: null, signal: never })
  expect(packs(at.bare)).toHaveLength(before.length + 1)
})

it('removes what nothing reaches once it is as old as is said, and keeps what is younger', async () => {
  const at = await begin()
  const old = await submit(at, 'refs/swarm/work/1/1', { old: 'old\n' })
  await at.repo.drop(['refs/swarm/work/1/1'])
  await at.repo.tidy({ unreachableBefore: Date.now() - DAY, signal: never })
  expect(await at.repo.find(old.commit)).not.toBeNull()
  for (const name of namesIn(at.bare, 'pack')) {
    const path = join(at.bare, 'objects/pack', name)
    utimesSync(path, Date.now() / 1000 - 60, Date.now() / 1000 - 60)
  }
  await at.repo.tidy({ unreachableBefore: Date.now() + DAY, signal: never })
  expect(await at.repo.find(old.commit)).toBeNull()
  expect((await at.repo.tip()).commit).toBe(at.base.commit)
})

it('takes nothing away of work that is just coming in, of which no ref tells yet', async () => {
  const at = await begin()
  const script = `case " $* " in *' --stdin '*)
$real --git-dir="${at.bare}" repack -a -d -q --cruft --cruft-expiration=now
$real --git-dir="${at.bare}" prune --expire=now ;; esac`
  const repo = openGit({ path: at.bare, branch: 'main', searchPath: gitThat('update-ref', script) })
  const work = await submit({ ...at, repo }, 'refs/swarm/work/1/1', { b: 'b\n' })
  expect((await at.repo.read(work.commit, 'b'))?.toString()).toBe('b\n')
  expect(namesIn(at.bare, 'pack').filter((name) => name.endsWith('.keep'))).toEqual([])
  git(at.bare, 'fsck', '--strict')
})

it('leaves a whole repository when it is ended in the middle, and clears up the next time', async () => {
  const at = await begin()
  scatter(at.bare, 200)
  const began = join(folder(), 'began')
  const pack = join(at.bare, 'objects/pack')
  const searchPath = gitThat('repack', `: > ${pack}/.tmp-1-pack-abc.pack; : > ${began}; sleep 60`)
  const stop = new AbortController()
  const tidying = openGit({ path: at.bare, branch: 'main', searchPath }).tidy({
    unreachableBefore: Date.now() - DAY,
    signal: stop.signal,
  })
  tidying.catch(() => {})
  await expect.poll(() => existsSync(began)).toBe(true)
  stop.abort()
  await expect(tidying).rejects.toThrow(/was ended/)
  git(at.bare, 'fsck', '--strict')
  expect(namesIn(at.bare, 'pack')).toContain('.tmp-1-pack-abc.pack')
  utimesSync(join(pack, '.tmp-1-pack-abc.pack'), 1, 1)
  await at.repo.tidy({ unreachableBefore: Date.now() - DAY, signal: never })
  expect(namesIn(at.bare, 'pack').filter((name) => name.includes('tmp'))).toEqual([])
  expect(loose(at.bare)).toBeLessThan(10)
})

it('lets packs be joined again that a dead server was just taking in', async () => {
  const at = await begin()
  const work = await submit(at, 'refs/swarm/work/1/1', { b: 'b\n' })
  await submit(at, 'refs/swarm/work/2/1', { c: 'c\n' })
  for (const name of packs(at.bare))
    writeFileSync(join(at.bare, 'objects/pack', name.replace(/pack$/, 'keep')), COMING_IN)
  const theirs = packs(at.bare)[0]!.replace(/pack$/, 'keep')
  writeFileSync(join(at.bare, 'objects/pack', theirs), 'of a person\n')
  expect((await at.repo.recover()).halves).toBe(1)
  expect(namesIn(at.bare, 'pack').filter((name) => name.endsWith('.keep'))).toEqual([theirs])
  expect((await at.repo.find(work.commit))?.commit).toBe(work.commit)
})
