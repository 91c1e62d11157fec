/** The git adapter with more than is good for it: many calls at once, no descriptors, trees and files without end. */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scan } from '../../src/life/landing/scan.ts'
import type { Change, CommitInfo, Repo } from '../../src/ports/repo.ts'
import { Excess, Trouble } from '../../src/ports/trouble.ts'
import { adopt } from '../../src/repos/git/adopt.ts'
import { openGit } from '../../src/repos/git/git.ts'
import { type Clone, cloneOf, folder, git, workIn } from './repo.ts'
import { bundle } from './store-child.ts'
import { longestTurn, startsInTurns } from './turns.ts'

interface Begun {
  bare: string
  repo: Repo
  clone: Clone
  base: CommitInfo
}

async function begun(files: Record<string, string> = { a: 'a\n' }): Promise<Begun> {
  const project = workIn(join(folder(), 'project'))
  mkdirSync(project.path)
  git(project.path, 'init', '--quiet', '--initial-branch=main')
  project.put(files)
  project.commit('Begin')
  const bare = join(project.path, '../repo.git')
  await adopt({ project: project.path, bare })
  const repo = openGit({ path: bare, branch: 'main' })
  return { bare, repo, clone: cloneOf(repo), base: await repo.tip() }
}

const made = (cwd: string, args: string[], input: string | Buffer) =>
  execFileSync('git', args, { cwd, input, stdio: ['pipe', 'pipe', 'inherit'] })
    .toString()
    .trim()

/** A commit of `main`'s tip with the tree as `name`. */
function commitOf({ clone, base }: Begun, entry: string): string {
  const kept = git(clone.path, 'ls-tree', base.commit)
  const tree = made(clone.path, ['mktree'], `${kept}\n${entry}\n`)
  const commit = git(clone.path, 'commit-tree', tree, '-p', base.commit, '-m', 'bomb')
  git(clone.path, 'update-ref', '--no-deref', 'HEAD', commit)
  return commit
}

/** Folders of ten that are all the same, `levels` deep: a few kilobytes. */
function nested({ path }: Clone, levels: number): string {
  let [mode, type, id] = ['100755', 'blob', made(path, ['hash-object', '-w', '--stdin'], 'x\n')]
  for (let level = 0; level < levels; level++) {
    const entries = Array.from({ length: 10 }, (_, at) => `${mode} ${type} ${id}\tn${at}\n`)
    ;[mode, type, id] = ['040000', 'tree', made(path, ['mktree'], entries.join(''))]
  }
  return `${mode} ${type} ${id}\tbomb`
}

/** One folder with so many files, all the same. */
function flat({ path }: Clone, count: number): string {
  const id = made(path, ['hash-object', '-w', '--stdin'], 'x\n')
  const entries = Array.from(
    { length: count },
    (_, at) => `100644 blob ${id}\tname-${String(at).padStart(7, '0')}\n`,
  )
  return `040000 tree ${made(path, ['mktree'], entries.join(''))}\tmany`
}

const submit = ({ repo, clone, base }: Begun) => repo.receive(clone.bundle(base.commit), 'refs/swarm/work')

const tooMuch = (sentence: RegExp) => ({
  asymmetricMatch: (thrown: unknown) => thrown instanceof Excess && sentence.test(thrown.message),
})

describe('git: many calls at once', () => {
  it('has eight children at most, however many ask, and answers all', async () => {
    const { bare, base } = await begun()
    const bin = folder()
    const log = join(bin, 'log')
    const real = execFileSync('which', ['git']).toString().trim()
    const wrapper = `#!/bin/sh\necho + >> ${log}\n${real} "$@"\nexit=$?\necho - >> ${log}\nexit $exit\n`
    writeFileSync(join(bin, 'git'), wrapper)
    chmodSync(join(bin, 'git'), 0o755)
    const repo = openGit({ path: bare, branch: 'main', searchPath: `${bin}:${process.env.PATH}` })
    const found = await Promise.all(Array.from({ length: 60 }, () => repo.read(base.commit, 'a')))
    expect(new Set(found.map(String))).toEqual(new Set(['a\n']))
    let [now, most] = [0, 0]
    for (const sign of readFileSync(log, 'utf8').trim().split('\n')) {
      now += sign === '+' ? 1 : -1
      most = Math.max(most, now)
    }
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(8)
  })

  it('starts one in each turn of the loop: until the system has made the process, everybody else waits', async () => {
    const { repo, base } = await begun()
    const starts = await startsInTurns(() =>
      Promise.all(Array.from({ length: 30 }, () => repo.read(base.commit, 'a'))),
    )
    expect(starts.all).toBeGreaterThanOrEqual(30)
    expect(starts.most).toBe(1)
  })

  it('is trouble that passes when no descriptors are left, and goes on when there are some', async () => {
    const { bare } = await begun()
    const program = await bundle('git-starved', folder())
    const script = 'ulimit -n 64; exec "$@"'
    const told = execFileSync('sh', ['-c', script, 'sh', process.execPath, program, bare]).toString()
    expect(JSON.parse(told)).toEqual({ trouble: { code: 'disk', retryable: true }, after: 'main' })
  })
})

describe('git: work that is too much', () => {
  it('is refused when it is a tree of a million paths, and nothing of it is kept or holds anybody up', async () => {
    const at = await begun()
    commitOf(at, nested(at.clone, 6))
    let refused: unknown
    const longest = await longestTurn(async () => {
      refused = await submit(at).catch((thrown) => thrown)
    })
    expect(refused).toEqual(tooMuch(/more than 200,000 files/))
    expect(longest).toBeLessThan(200)
    expect(await at.repo.find('refs/swarm/work')).toBeNull()
    expect(existsSync(join(at.bare, 'objects/pack'))).toBe(true)
  })

  it('is refused when its folders are too deep, or a path too long', async () => {
    const at = await begun()
    let entry = `100644 blob ${made(at.clone.path, ['hash-object', '-w', '--stdin'], 'x\n')}\tx`
    for (let level = 0; level < 120; level++)
      entry = `040000 tree ${made(at.clone.path, ['mktree'], `${entry}\n`)}\td`
    commitOf(at, entry)
    await expect(submit(at)).rejects.toEqual(tooMuch(/folders in folders/))
  })

  it('is refused by what it unpacks to, file by file and in all', async () => {
    const at = await begun()
    const zeros = Buffer.alloc(40 * 1024 * 1024)
    const id = made(at.clone.path, ['hash-object', '-w', '--stdin'], zeros)
    commitOf(at, `100644 blob ${id}\tzeros`)
    const small = openGit({ path: at.bare, branch: 'main', limits: { bytes: 32 * 1024 * 1024 } })
    await expect(submit({ ...at, repo: small })).rejects.toEqual(tooMuch(/41,943,040 bytes.*zeros/))
    const tree = made(at.clone.path, ['mktree'], `100644 blob ${id}\ta\n100644 blob ${id}\tb\n`)
    commitOf(at, `040000 tree ${tree}\ttwice`)
    const enough = openGit({ path: at.bare, branch: 'main', limits: { bytes: 64 * 1024 * 1024 } })
    await expect(submit({ ...at, repo: enough })).rejects.toEqual(tooMuch(/83,886,080 bytes/))
    expect((await submit(at)).parents).toEqual([at.base.commit])
  })

  it.runIf(process.platform === 'linux')('is refused when nobody has the memory to unpack it', async () => {
    const at = await begun()
    at.clone.put({ zeros: Buffer.alloc(15_000_000) })
    at.clone.commit('zeros')
    const poor = openGit({ path: at.bare, branch: 'main', limits: { megabytes: 16 } })
    await expect(submit({ ...at, repo: poor })).rejects.toEqual(tooMuch(/more than anybody has time/))
    expect((await submit(at)).parents).toEqual([at.base.commit])
  })

  it('is counted by what it adds: what main has had already does not count', async () => {
    const at = await begun()
    const limits = { files: 50 }
    commitOf(at, flat(at.clone, 100))
    const landed = await submit(at)
    await at.repo.advance(at.base.commit, landed.commit)
    const repo = openGit({ path: at.bare, branch: 'main', limits })
    git(at.clone.path, 'checkout', '--quiet', '--force', landed.commit)
    at.clone.put({ 'many/one-more': 'x' })
    at.clone.commit('one more')
    const work = await repo.receive(at.clone.bundle(landed.commit), 'refs/swarm/more')
    expect(work.parents).toEqual([landed.commit])
  })
})

describe('git: 200,000 paths', () => {
  it('are listed, scanned, compared and digested in short turns', async () => {
    const at = await begun({ 'verify.sh': 'exit 0\n' })
    const commit = commitOf(at, flat(at.clone, 199_000))
    await submit(at)
    let found: Change[] = []
    const turns = {
      changes: await longestTurn(async () => {
        found = await at.repo.changes(at.base.commit, commit)
      }),
      scan: await longestTurn(() => scan(at, found)),
      digest: await longestTurn(() => at.repo.digest(commit, ['verify.sh'])),
      overlay: await longestTurn(() => at.repo.overlay(commit, at.base.commit, ['verify.sh'])),
      merge: await longestTurn(() => at.repo.merge(at.base.commit, commit)),
    }
    expect(found).toHaveLength(199_000)
    // Half of it is wanted; now and then garbage is collected in a turn.
    for (const [what, longest] of Object.entries(turns)) expect([what, longest < 100]).toEqual([what, true])
  }, 60_000)
})

describe('git: large files', () => {
  it('are not read whole, but can be poured in pieces', async () => {
    const at = await begun()
    const large = Buffer.alloc(20 * 1024 * 1024, 'abc\n')
    at.clone.put({ large, small: 'small\n', empty: '' })
    const commit = at.clone.commit('large')
    await submit(at)
    expect((await at.repo.read(commit, 'large')) === null).toBe(true)
    const ids = new Map<string, string>()
    for (const { path, newId } of await at.repo.changes(at.base.commit, commit)) ids.set(newId, path)
    const sizes = new Map<string, number>()
    const longest = await longestTurn(() =>
      at.repo.pour([...ids.keys()], (id, piece) => {
        const path = ids.get(id) as string
        sizes.set(path, (sizes.get(path) ?? 0) + piece.length)
      }),
    )
    expect(Object.fromEntries(sizes)).toEqual({ small: 6, empty: 0, large: large.length })
    expect(longest).toBeLessThan(100)
  })

  it('takes a file that is not there for trouble', async () => {
    const { repo } = await begun()
    await expect(repo.pour(['0123456789'.repeat(4)], () => {})).rejects.toThrow(Trouble)
  })
})
