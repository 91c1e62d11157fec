/** What every Repo must do. An adapter's test calls `repoContract` with a way to make one. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect } from 'vitest'
import type { Change, CommitInfo, Repo } from '../../src/ports/repo.ts'
import { Trouble } from '../../src/ports/trouble.ts'
import { type Gap, gapsOf, itUnless } from './gaps.ts'

export interface RepoCase {
  /** A repository whose branch has one commit with these files. */
  make(seed: { branch: string; files: Record<string, string> }): Promise<Repo>
  skip?: Gap[]
}

const folders: string[] = []

/** A folder that is removed when the file's tests are over. */
export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'swarm-test-'))
  folders.push(made)
  return made
}

afterAll(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true })
})

const ENVIRONMENT = {
  PATH: process.env.PATH,
  HOME: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.com',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.com',
  GIT_AUTHOR_DATE: '@1700000000 +0000',
  GIT_COMMITTER_DATE: '@1700000000 +0000',
}

/** Git as a person has it: nothing hardened. */
export function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] })
    .toString()
    .trim()
}

export interface Clone {
  path: string
  put(files: Record<string, string | Buffer>): void
  /** Commits everything, and gives the commit's id. */
  commit(message: string): string
  /** A bundle of what is not in `base`. */
  bundle(base?: string): string
}

export function workIn(path: string): Clone {
  return {
    path,
    put(files) {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true })
        writeFileSync(join(path, name), content)
      }
    },
    commit(message) {
      git(path, 'add', '--all')
      git(path, 'commit', '--quiet', '--allow-empty', '-m', message)
      return git(path, 'rev-parse', 'HEAD')
    },
    bundle(base) {
      const file = join(folder(), 'work.bundle')
      git(path, 'bundle', 'create', '--quiet', file, 'HEAD', ...(base ? [`^${base}`] : []))
      return file
    },
  }
}

export function cloneOf(repo: Repo): Clone {
  const path = join(folder(), 'clone')
  git('/', 'clone', '--quiet', '--branch', repo.branch, repo.source, path)
  return workIn(path)
}

const CANARY = 'canary'

/** A commit that tries everything we know of to run a program on the host that reads it; each would make the canary. */
export function plantHostility(clone: Clone, canary: string): void {
  const script = `#!/bin/sh\ntouch ${canary}\ncat\n`
  clone.put({
    '.gitattributes': '* filter=evil diff=evil merge=evil\n',
    '.gitconfig': `[core]\n\tfsmonitor = ./evil.sh\n\thooksPath = .husky\n`,
    '.gitmodules': '[submodule "sub"]\n\tpath = sub\n\turl = ./looks-bare\n\tupdate = rebase\n',
    'evil.sh': script,
    '.husky/post-merge': script,
    '.husky/post-checkout': script,
    '.husky/reference-transaction': script,
    'looks-bare/HEAD': 'ref: refs/heads/main\n',
    'looks-bare/config': `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ..\n\tfsmonitor = "touch ${canary}; false"\n`,
    'looks-bare/objects/keep': '',
    'looks-bare/refs/keep': '',
  })
  for (const name of ['evil.sh', '.husky/post-merge', '.husky/post-checkout', '.husky/reference-transaction'])
    chmodSync(join(clone.path, name), 0o755)
}

const FILES = {
  'README.md': 'one\ntwo\nthree\n',
  'verify.sh': '#!/bin/sh\nexit 0\n',
  'src/a.ts': 'a\n',
  '.claude/settings.json': '{}\n',
}

export const flawed = (sentence: RegExp) => ({
  asymmetricMatch: (thrown: unknown) =>
    thrown instanceof Trouble && !thrown.retryable && sentence.test(thrown.message),
})

export function repoContract(name: string, { make, skip = [] }: RepoCase): void {
  const gaps = gapsOf(skip)
  const test = (title: string, run: () => Promise<void>) => itUnless(gaps.reason(title), title, run)

  async function begin(files: Record<string, string> = FILES, branch = 'main') {
    const repo = await make({ branch, files })
    return { repo, clone: cloneOf(repo), base: await repo.tip() }
  }

  /** Files and commits of one attempt, submitted. */
  async function submit(
    { repo, clone, base }: { repo: Repo; clone: Clone; base: CommitInfo },
    ref: string,
    work: (clone: Clone) => void,
  ) {
    git(clone.path, 'checkout', '--quiet', '--detach', base.commit)
    work(clone)
    clone.commit(ref)
    return repo.receive(clone.bundle(base.commit), `refs/swarm/${ref}`)
  }

  describe(`${name}: a repository`, () => {
    for (const branch of ['main', 'master', 'feature/some-thing'])
      test(`lands work on ${branch}`, async () => {
        const at = await begin(FILES, branch)
        const work = await submit(at, 'work', (clone) => clone.put({ 'new.ts': 'new\n' }))
        expect(await at.repo.advance(at.base.commit, work.commit)).toBe('moved')
        expect((await at.repo.tip()).commit).toBe(work.commit)
        expect(at.repo.branch).toBe(branch)
      })

    test('knows a commit with its parents, author, time and trailers', async () => {
      const { repo, base } = await begin()
      const draft = {
        tree: base.tree,
        parents: [base.commit],
        message: 'ticket-3: Söme thing\n\nWhy.\n\nTicket: 3\nAgent: agent-1\n',
        author: 'Bob O’Hara <bob@example.com>',
        at: 1_700_000_000,
      }
      const commit = await repo.commit(draft)
      expect(await repo.commit(draft)).toBe(commit)
      expect(await repo.find(commit)).toEqual({
        commit,
        tree: base.tree,
        parents: [base.commit],
        subject: 'ticket-3: Söme thing',
        at: 1_700_000_000,
        author: 'Bob O’Hara <bob@example.com>',
        trailers: { ticket: '3', agent: 'agent-1' },
      })
      expect((await repo.tip()).commit).toBe(base.commit)
    })

    test('gives null for a commit that is not there', async () => {
      const { repo, base } = await begin()
      expect(await repo.find('0123456789'.repeat(4))).toBeNull()
      expect(await repo.find('refs/swarm/none')).toBeNull()
      expect(await repo.find('--all')).toBeNull()
      expect(await repo.find(`${base.commit}:README.md`)).toBeNull()
    })

    test('keeps a commit under a ref', async () => {
      const { repo, base } = await begin()
      await repo.keep('refs/swarm/kept', base.commit)
      expect((await repo.find('refs/swarm/kept'))?.commit).toBe(base.commit)
    })

    test('tells the history of its branch by first parents, newest first', async () => {
      const at = await begin()
      const side = await submit(at, 'side', (clone) => clone.put({ 'side.ts': '1\n' }))
      const draft = { tree: side.tree, author: 'Ann <a@b>', at: 1_700_000_001 }
      const top = await at.repo.commit({ ...draft, parents: [at.base.commit, side.commit], message: 'merge' })
      await at.repo.advance(at.base.commit, top)
      const history = await at.repo.history({})
      expect(history.map(({ commit }) => commit)).toEqual([top, at.base.commit])
      expect(await at.repo.history({ limit: 1 })).toHaveLength(1)
      const older = await at.repo.history({ before: top, limit: 9 })
      expect(older.map(({ commit }) => commit)).toEqual([at.base.commit])
      expect(await at.repo.history({ before: at.base.commit })).toEqual([])
      expect(await at.repo.landed(top)).toBe(true)
      expect(await at.repo.landed(at.base.commit)).toBe(true)
      expect(await at.repo.landed(side.commit)).toBe(false)
      expect(await at.repo.landed('0123456789'.repeat(4))).toBe(false)
    })

    test('moves its branch once, and is stale for the second', async () => {
      const at = await begin()
      const one = await submit(at, 'one', (clone) => clone.put({ one: '1' }))
      const two = await submit(at, 'two', (clone) => clone.put({ two: '2' }))
      expect(await at.repo.advance(at.base.commit, one.commit)).toBe('moved')
      expect(await at.repo.advance(at.base.commit, two.commit)).toBe('stale')
      expect((await at.repo.tip()).commit).toBe(one.commit)
    })

    test('lets exactly one of many move its branch at once', async () => {
      const at = await begin()
      const works: string[] = []
      for (const ref of ['a', 'b', 'c', 'd', 'e'])
        works.push((await submit(at, ref, (clone) => clone.put({ [ref]: ref }))).commit)
      const moves = await Promise.allSettled(works.map((work) => at.repo.advance(at.base.commit, work)))
      const moved = moves.filter((move) => move.status === 'fulfilled' && move.value === 'moved')
      expect(moved).toHaveLength(1)
    })
  })

  describe(`${name}: merging`, () => {
    test('joins changes of different files', async () => {
      const at = await begin()
      const one = await submit(at, 'one', (clone) => clone.put({ 'one.ts': '1\n' }))
      const two = await submit(at, 'two', (clone) => clone.put({ 'two.ts': '2\n' }))
      const merged = await at.repo.merge(one.commit, two.commit)
      if ('conflicts' in merged) throw new Error('a conflict')
      expect((await at.repo.changes(at.base.commit, merged.tree)).map(({ path }) => path)).toEqual([
        'one.ts',
        'two.ts',
      ])
      expect(await at.repo.merge(one.commit, one.commit)).toEqual({ tree: one.tree })
    })

    test('names the files in conflict', async () => {
      const at = await begin()
      const one = await submit(at, 'one', (clone) => clone.put({ 'README.md': 'ONE\n', 'src/a.ts': 'A\n' }))
      const two = await submit(at, 'two', (clone) => clone.put({ 'README.md': 'TWO\n', 'src/a.ts': 'AA\n' }))
      expect(await at.repo.merge(one.commit, two.commit)).toMatchObject({
        conflicts: ['README.md', 'src/a.ts'],
      })
    })

    test('calls it a conflict when one side deletes what the other changes', async () => {
      const at = await begin()
      const one = await submit(at, 'one', (clone) => rmSync(join(clone.path, 'README.md')))
      const two = await submit(at, 'two', (clone) => clone.put({ 'README.md': 'TWO\n' }))
      expect(await at.repo.merge(one.commit, two.commit)).toMatchObject({ conflicts: ['README.md'] })
    })

    test('names odd files in conflict as they are', async () => {
      const odd = 'a file "with" ünï\ncode\t.txt'
      const at = await begin({ [odd]: 'one\n' })
      const one = await submit(at, 'one', (clone) => clone.put({ [odd]: 'two\n' }))
      const two = await submit(at, 'two', (clone) => clone.put({ [odd]: 'three\n' }))
      expect(await at.repo.merge(one.commit, two.commit)).toMatchObject({ conflicts: [odd] })
    })

    test('takes a commit that is not there for trouble, not for a conflict', async () => {
      const { repo, base } = await begin()
      await expect(repo.merge(base.commit, '0123456789'.repeat(4))).rejects.toThrow(Trouble)
    })
  })

  describe(`${name}: what differs`, () => {
    const change = (path: string, kind: Change['kind'], more: Partial<Change> = {}): Change => ({
      path,
      kind,
      from: null,
      oldMode: kind === 'added' ? '000000' : '100644',
      newMode: kind === 'deleted' ? '000000' : '100644',
      ...{ oldId: expect.any(String), newId: expect.any(String) },
      ...more,
    })

    test('lists additions, deletions, renames, modes, binaries and symlinks', async () => {
      const at = await begin({
        gone: '1\n',
        moved: 'some text that is long enough\n',
        script: '#\n',
        bin: 'b',
      })
      const work = await submit(at, 'work', (clone) => {
        rmSync(join(clone.path, 'gone'))
        git(clone.path, 'mv', 'moved', 'to')
        chmodSync(join(clone.path, 'script'), 0o755)
        clone.put({ bin: Buffer.from([0, 1, 2, 255]), fresh: 'f\n' })
        symlinkSync('/etc/passwd', join(clone.path, 'link'))
      })
      const byPath = (one: Change, other: Change) => (one.path < other.path ? -1 : 1)
      expect((await at.repo.changes(at.base.commit, work.commit)).sort(byPath)).toEqual([
        change('bin', 'changed'),
        change('fresh', 'added'),
        change('gone', 'deleted'),
        change('link', 'added', { newMode: '120000' }),
        change('script', 'changed', { newMode: '100755' }),
        change('to', 'renamed', { from: 'moved' }),
      ])
      expect(await at.repo.changes(work.tree, work.commit)).toEqual([])
    })

    test('keeps names with spaces, quotes, newlines and other alphabets as they are', async () => {
      const at = await begin()
      const names = [' space ', 'new\nline', 'quote"\'', 'tab\t', 'ünïcode/日本', '-dash', '*', ':(top)x']
      const work = await submit(at, 'work', (clone) =>
        clone.put(Object.fromEntries(names.map((path) => [path, path]))),
      )
      const changes = await at.repo.changes(at.base.commit, work.commit)
      expect(changes.map(({ path }) => path).sort()).toEqual([...names].sort())
      for (const path of names) expect((await at.repo.read(work.commit, path))?.toString()).toBe(path)
    })

    test('reads a file as bytes, and gives null for all that is no file', async () => {
      const at = await begin()
      const bytes = Buffer.from([0, 10, 255, 10])
      const work = await submit(at, 'work', (clone) => clone.put({ bytes }))
      expect(await at.repo.read(work.tree, 'bytes')).toEqual(bytes)
      expect(await at.repo.read(at.base.commit, 'bytes')).toBeNull()
      expect(await at.repo.read(at.base.commit, 'src')).toBeNull()
      expect(await at.repo.read(at.base.commit, '../README.md')).toBeNull()
      expect(await at.repo.read(at.base.commit, '')).toBeNull()
    })

    test('reads nothing from a name that looks like what git answers', async () => {
      const at = await begin()
      const missing = 'x blob 3\nabc'
      expect(await at.repo.read(at.base.commit, missing)).toBeNull()
    })

    test('shows a diff no longer than asked', async () => {
      const at = await begin()
      const work = await submit(at, 'work', (clone) => clone.put({ 'long.txt': 'öäü line\n'.repeat(20_000) }))
      const whole = await at.repo.diff(at.base.commit, work.commit, 1_000_000)
      expect(whole).toContain('+öäü line\n')
      const short = await at.repo.diff(at.base.commit, work.commit, 500)
      expect(short).toHaveLength(500)
      expect(short).toMatch(/^diff --git a\/long\.txt/)
      expect(short).toContain('[The diff goes on.]')
    })
  })

  describe(`${name}: protected paths`, () => {
    const patterns = ['verify.sh', '.claude/**']

    test('gives the same tree when none of them changed', async () => {
      const at = await begin()
      const work = await submit(at, 'work', (clone) => clone.put({ 'src/a.ts': 'other\n' }))
      expect(await at.repo.overlay(work.commit, at.base.commit, patterns)).toBe(work.tree)
    })

    test('brings back what was deleted, changed or added, and nothing else', async () => {
      const at = await begin()
      const work = await submit(at, 'work', (clone) => {
        rmSync(join(clone.path, 'verify.sh'))
        clone.put({
          '.claude/settings.json': 'evil\n',
          '.claude/new/hook.sh': 'evil\n',
          'src/a.ts': 'fine\n',
        })
      })
      const tree = await at.repo.overlay(work.tree, at.base.tree, patterns)
      expect((await at.repo.changes(at.base.tree, tree)).map(({ path }) => path)).toEqual(['src/a.ts'])
    })

    test('brings back the executable bit', async () => {
      const at = await begin()
      const work = await submit(at, 'work', (clone) => chmodSync(join(clone.path, 'verify.sh'), 0o755))
      expect(await at.repo.overlay(work.tree, at.base.tree, patterns)).toBe(at.base.tree)
    })

    test('brings back a folder that became a symlink, and a file that became a folder', async () => {
      const at = await begin()
      const work = await submit(at, 'work', (clone) => {
        rmSync(join(clone.path, '.claude'), { recursive: true })
        symlinkSync('src', join(clone.path, '.claude'))
        rmSync(join(clone.path, 'verify.sh'))
        clone.put({ 'verify.sh/inside': 'x' })
      })
      expect(await at.repo.overlay(work.tree, at.base.tree, patterns)).toBe(at.base.tree)
    })

    test('drops a twin that differs by case only', async () => {
      const at = await begin()
      const work = await submit(at, 'work', (clone) => clone.put({ 'VERIFY.sh': 'exit 0\n' }))
      expect(await at.repo.overlay(work.tree, at.base.tree, patterns)).toBe(at.base.tree)
    })

    test('takes odd names with it', async () => {
      const odd = '.claude/a "b"\n\té'
      const at = await begin({ [odd]: 'mine\n', other: 'x' })
      const work = await submit(at, 'work', (clone) => clone.put({ [odd]: 'evil\n' }))
      expect(await at.repo.overlay(work.tree, at.base.tree, patterns)).toBe(at.base.tree)
    })

    test('have a digest that changes with their content, names and modes only', async () => {
      const at = await begin()
      const digest = (treeish: string) => at.repo.digest(treeish, patterns)
      const before = await digest(at.base.commit)
      const work = async (ref: string, change: (clone: Clone) => void) =>
        digest((await submit(at, ref, change)).tree)
      expect(await work('same', (clone) => clone.put({ 'src/a.ts': 'b\n' }))).toBe(before)
      const others = [
        await work('content', (clone) => clone.put({ 'verify.sh': 'exit 1\n' })),
        await work('mode', (clone) => chmodSync(join(clone.path, 'verify.sh'), 0o755)),
        await work('name', (clone) => git(clone.path, 'mv', '.claude/settings.json', '.claude/other.json')),
        await work('gone', (clone) => rmSync(join(clone.path, 'verify.sh'))),
      ]
      expect(new Set([before, ...others]).size).toBe(5)
    })
  })

  describe(`${name}: receiving work`, () => {
    const refusedFor = async (repo: Repo, bundle: string, sentence: RegExp) => {
      await expect(repo.receive(bundle, 'refs/swarm/work')).rejects.toEqual(flawed(sentence))
      expect(await repo.find('refs/swarm/work')).toBeNull()
    }

    test('takes the HEAD of a bundle into a ref and leaves its branch alone', async () => {
      const at = await begin()
      const work = await submit(at, 'work', (clone) => clone.put({ x: 'x' }))
      expect((await at.repo.find('refs/swarm/work'))?.commit).toBe(work.commit)
      expect(work.parents).toEqual([at.base.commit])
      expect((await at.repo.tip()).commit).toBe(at.base.commit)
    })

    test('takes a bundle of the whole history, and the same one twice', async () => {
      const { repo, clone } = await begin()
      clone.put({ x: 'x' })
      const commit = clone.commit('x')
      expect((await repo.receive(clone.bundle(), 'refs/swarm/a')).commit).toBe(commit)
      expect((await repo.receive(clone.bundle(), 'refs/swarm/a')).commit).toBe(commit)
    })

    test('refuses what is no bundle', async () => {
      const { repo, clone } = await begin()
      clone.put({ '../text': 'hello\n', '../empty': '' })
      await refusedFor(repo, join(clone.path, '../text'), /no|not a git bundle/)
      await refusedFor(repo, join(clone.path, '../empty'), /not a git bundle/)
      await refusedFor(repo, join(clone.path, '../missing'), /cannot be opened/)
    })

    test('refuses a truncated bundle and one with a flipped byte', async () => {
      const { repo, clone, base } = await begin()
      clone.put({ x: 'some content\n'.repeat(100) })
      clone.commit('x')
      const whole = readFileSync(clone.bundle(base.commit))
      const flipped = Buffer.from(whole)
      flipped[flipped.length - 40]! ^= 0xff
      clone.put({ '../short': whole.subarray(0, whole.length - 30), '../flipped': flipped })
      await refusedFor(repo, join(clone.path, '../short'), /is broken/)
      await refusedFor(repo, join(clone.path, '../flipped'), /is broken/)
    })

    test('says of a commit on which commits of main it really builds', async () => {
      const at = await begin()
      const landed = await submit(at, 'landed', (clone) => clone.put({ 'a.ts': 'a\n' }))
      const idsOf = async (commit: string) => (await at.repo.bases(commit)).map((base) => base.commit)
      expect(await idsOf(landed.commit)).toEqual([at.base.commit])
      await at.repo.advance(at.base.commit, landed.commit)
      expect(await idsOf(landed.commit)).toEqual([landed.commit])
      const older = await submit(at, 'older', (clone) => clone.put({ 'b.ts': 'b\n' }))
      expect(await idsOf(older.commit)).toEqual([at.base.commit])
    })

    test('gives what a commit builds on and main does not, each after its parents', async () => {
      const at = await begin()
      const [one, side] = [await submit(at, 'one', () => {}), await submit(at, 'side', () => {})]
      const on = (...parents: string[]) =>
        at.repo.commit({ tree: one.tree, parents, message: 'on\n', author: 'Ann <ann@example.com>', at: 0 })
      const both = await on(one.commit, side.commit)
      const two = await on(both)
      const idsOf = async (commit: string, limit = 100) =>
        (await at.repo.own(commit, limit)).map((each) => each.commit)
      const [first, second, ...others] = await idsOf(two)
      expect([first, second].sort()).toEqual([one.commit, side.commit].sort())
      expect(others).toEqual([both, two])
      expect(await idsOf(two, 2)).toEqual([both, two])
      expect(await idsOf(at.base.commit)).toEqual([])
      await at.repo.advance(at.base.commit, one.commit)
      expect(await idsOf(two)).toEqual([side.commit, both, two])
    })

    test('says of a bundle of another history that it builds on nothing, and refuses a part of one', async () => {
      const { repo } = await begin()
      const other = workIn(folder())
      git(other.path, 'init', '--quiet')
      other.put({ x: 'x' })
      const first = other.commit('another history')
      other.put({ y: 'y' })
      const second = other.commit('more')
      await refusedFor(repo, other.bundle(first), /incomplete|broken/)
      expect((await repo.receive(other.bundle(), 'refs/swarm/other')).commit).toBe(second)
      expect(await repo.bases(second)).toEqual([])
    })

    /** A commit whose tree would write into .git. */
    const evilOn = ({ path }: Clone, base: string) => {
      const makes = (input: string) => execFileSync('git', ['mktree'], { cwd: path, input }).toString().trim()
      const inner = makes(`100644 blob ${git(path, 'hash-object', '-w', 'README.md')}\tconfig\n`)
      return git(path, 'commit-tree', makes(`040000 tree ${inner}\t.git\n`), '-p', base, '-m', 'evil')
    }

    /** A bundle of HEAD, and of the commits that the refs name. */
    const withRefs = ({ path }: Clone, base: string, refs: Record<string, string>) => {
      for (const [ref, commit] of Object.entries(refs)) git(path, 'update-ref', ref, commit)
      const bundle = join(folder(), 'b')
      git(path, 'bundle', 'create', '--quiet', bundle, 'HEAD', ...Object.keys(refs), `^${base}`)
      return bundle
    }

    test('takes what comes along with a HEAD into refs of its own, in order, and only when told where', async () => {
      const { repo, clone, base } = await begin()
      const ids = ['one', 'two', 'three'].map((name) => {
        git(clone.path, 'checkout', '--quiet', '--detach', base.commit)
        clone.put({ [name]: name })
        return clone.commit(name)
      })
      const [one, two, head] = ids as [string, string, string]
      const along = { 'refs/beside/1': one, 'refs/beside/2': two, 'refs/heads/other': one }
      const work = await repo.receive(
        withRefs(clone, base.commit, along),
        'refs/swarm/raw',
        'refs/swarm/beside',
      )
      expect([work.commit, ...work.beside.map(({ commit }) => commit)]).toEqual([head, one, two])
      const found = async (ref: string) => (await repo.find(ref))?.commit
      expect(await found('refs/swarm/beside/1')).toBe(one)
      expect(await found('refs/swarm/beside/2')).toBe(two)
      expect(await found('refs/swarm/beside/3')).toBeUndefined()
      const alone = await repo.receive(withRefs(clone, base.commit, along), 'refs/swarm/alone')
      expect(alone.beside).toEqual([])
    })

    test('refuses all of a bundle when what comes along does not pass the checks', async () => {
      const { repo, clone, base } = await begin()
      const evil = evilOn(clone, base.commit)
      clone.put({ fine: 'fine' })
      clone.commit('fine')
      const bundle = withRefs(clone, base.commit, { 'refs/beside/1': evil })
      const received = repo.receive(bundle, 'refs/swarm/raw', 'refs/swarm/beside')
      await expect(received).rejects.toEqual(flawed(/is refused.*\.git/s))
      expect(await repo.find('refs/swarm/raw')).toBeNull()
      expect(await repo.find('refs/swarm/beside/1')).toBeNull()
    })

    test('refuses a bundle without a HEAD', async () => {
      const { repo, clone } = await begin()
      const bundle = join(folder(), 'b')
      git(clone.path, 'bundle', 'create', '--quiet', bundle, 'refs/heads/main')
      await refusedFor(repo, bundle, /no HEAD/)
    })

    test('refuses a tree that would write into .git', async () => {
      const { repo, clone, base } = await begin()
      const commit = evilOn(clone, base.commit)
      git(clone.path, 'update-ref', '--no-deref', 'HEAD', commit)
      await refusedFor(repo, clone.bundle(base.commit), /is refused.*\.git/s)
      const flaws = [{ id: git(clone.path, 'rev-parse', `${commit}^{tree}`), why: "contains '.git'" }]
      const again = repo.receive(clone.bundle(base.commit), 'refs/swarm/work')
      await expect(again).rejects.toMatchObject({ name: 'Flawed', flaws })
    })

    test('runs nothing that hostile work brings along', async () => {
      const at = await begin()
      const canary = join(folder(), CANARY)
      const work = await submit(at, 'evil', (clone) => plantHostility(clone, canary))
      const other = await submit(at, 'other', (clone) => clone.put({ 'README.md': 'other\n' }))
      const merged = await at.repo.merge(other.commit, work.commit)
      if ('conflicts' in merged) throw new Error('a conflict')
      await at.repo.advance(at.base.commit, work.commit)
      await at.repo.changes(at.base.commit, merged.tree)
      await at.repo.diff(at.base.commit, merged.tree, 10_000)
      await at.repo.overlay(merged.tree, at.base.commit, ['**'])
      await at.repo.digest(merged.tree, ['**'])
      await at.repo.read(merged.tree, 'evil.sh')
      await at.repo.history({})
      expect(existsSync(canary)).toBe(false)
      // The trap works: git as people have it walks into it.
      git(at.clone.path, 'checkout', '--quiet', work.commit)
      git(join(at.clone.path, 'looks-bare'), 'status')
      expect(existsSync(canary)).toBe(true)
    })
    gaps.close()
  })
}
