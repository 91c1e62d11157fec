import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { file } from '../../src/life/tickets/file.ts'
import { kindsFor } from '../../src/main/commands/audit.ts'
import type { Receipt } from '../../src/ports/attempts.ts'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import { git, newFolder, swarm } from './terminal.ts'

/** A project of a swarm, and a way to put commits on the swarm's main without one. */
async function project() {
  const folder = newFolder()
  await swarm(['init', '.', '--yes'], { folder })
  const bare = join(folder, '.swarm/repo.git')
  const lands = (message: string, files: Record<string, string>) => {
    const clone = join(folder, '..', `clone-${Math.random()}`)
    git(folder, 'clone', '-q', bare, clone)
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(clone, path)), { recursive: true })
      writeFileSync(join(clone, path), text)
    }
    git(clone, 'add', '-A', '-f')
    git(clone, 'commit', '-q', '-m', message)
    git(folder, `--git-dir=${bare}`, 'fetch', '-q', clone, 'main:main')
  }
  return { folder, lands }
}

describe('swarm pull', () => {
  it('brings what landed, and shows first what steers the gate', async () => {
    const { folder, lands } = await project()
    lands('ticket-1: Add search\n\nTicket: 1', { 'src/search.ts': 'x' })
    lands('ticket-2: Stricter\n\nTicket: 2', { 'verify.sh': 'exit 1\n' })
    const dry = await swarm(['pull', '--dry-run'], { folder })
    expect(dry.out).toMatch(/^Review these: .*\n {2}changed {2}verify\.sh\nWould bring 2 commits, /)
    expect(existsSync(join(folder, 'src/search.ts'))).toBe(false)
    const json = JSON.parse((await swarm(['pull', '--format', 'json'], { folder })).out)
    expect(json).toMatchObject({
      dry_run: false,
      commits: [
        { subject: 'ticket-2: Stricter', ticket: 2 },
        { subject: 'ticket-1: Add search', ticket: 1 },
      ],
      files: [
        { path: 'src/search.ts', kind: 'added', protected: false },
        { path: 'verify.sh', kind: 'changed', protected: true },
      ],
    })
    expect(git(folder, 'log', '-1', '--format=%s')).toBe('ticket-2: Stricter')
    expect(git(folder, 'status', '--short')).toBe('')
    expect((await swarm(['pull'], { folder })).out).toMatch(/^Up to date at [0-9a-f]{10}\.\n$/)
  })

  it('is polite about a dirty tree, another branch and commits of your own', async () => {
    const { folder, lands } = await project()
    lands('ticket-1: Add', { 'a.txt': 'a' })
    writeFileSync(join(folder, 'PROJECT.md'), 'mine')
    expect(await swarm(['pull'], { folder })).toMatchObject({
      code: 1,
      err: expect.stringContaining('git stash'),
    })
    git(folder, 'checkout', '-q', 'PROJECT.md')
    git(folder, 'switch', '-q', '-c', 'idea')
    expect((await swarm(['pull'], { folder })).err).toContain('git switch main')
    git(folder, 'switch', '-q', 'main')
    git(folder, 'commit', '-q', '--allow-empty', '-m', 'Mine')
    expect((await swarm(['pull'], { folder })).err).toContain('both moved on')
  })

  it('runs no hook of the project', async () => {
    const { folder, lands } = await project()
    const mark = join(folder, '..', 'ran')
    lands('ticket-1: Hook', { '.husky/post-merge': `#!/bin/sh\ntouch '${mark}'\n`, 'a.txt': 'a' })
    git(folder, 'config', 'core.hooksPath', '.husky')
    mkdirSync(join(folder, '.git/hooks'), { recursive: true })
    for (const hook of ['post-merge', 'post-checkout', 'reference-transaction']) {
      writeFileSync(join(folder, '.git/hooks', hook), `#!/bin/sh\ntouch '${mark}'\n`)
      chmodSync(join(folder, '.git/hooks', hook), 0o755)
    }
    expect((await swarm(['pull'], { folder })).code).toBe(0)
    expect(existsSync(join(folder, 'a.txt'))).toBe(true)
    expect(existsSync(mark)).toBe(false)
  })

  it('never brings .swarm/, and the server does not start on it', async () => {
    const { folder, lands } = await project()
    lands('ticket-1: Sneak', { '.swarm/config.json': '{}' })
    expect((await swarm(['pull'], { folder })).err).toContain(".swarm/, which is the swarm's own")
    const { code, err } = await swarm(['start', '--foreground', '--harness', 'scripted', '--port', '0'], {
      folder,
    })
    expect(code).toBe(1)
    expect(err).toContain('has .swarm/ in it, which only swarm may write')
  })

  it.each(['.Swarm/config.json', '.\u017fwarm/config.json'])(
    'refuses to start when git tracks .swarm/ in the project, in whatever case: %s',
    async (path) => {
      const { folder } = await project()
      git(
        folder,
        'update-index',
        '--add',
        '--cacheinfo',
        `100644,${git(folder, 'hash-object', '-w', 'PROJECT.md')},${path}`,
      )
      const { code, err } = await swarm(['start', '--foreground', '--harness', 'scripted', '--port', '0'], {
        folder,
      })
      expect(code).toBe(1)
      expect(err).toContain(`git tracks ${path}`)
    },
  )
})

describe('swarm watch', () => {
  it('pulls what is there, and ends cleanly with Ctrl-C', async () => {
    const { folder, lands } = await project()
    lands('ticket-1: Add', { 'a.txt': 'a' })
    const interrupt = new AbortController()
    const watching = swarm(['watch', '--interval', '1'], { folder, signal: interrupt.signal })
    await expect.poll(() => existsSync(join(folder, 'a.txt')), { timeout: 20_000 }).toBe(true)
    lands('ticket-2: More', { 'b.txt': 'b' })
    await expect.poll(() => existsSync(join(folder, 'b.txt')), { timeout: 20_000 }).toBe(true)
    interrupt.abort()
    const { code, out } = await watching
    expect(code).toBe(0)
    expect(out).toContain('ticket-2: More')
  })
})

const RECEIPT: Omit<Receipt, 'id' | 'tree'> = {
  fingerprint: 'f',
  verdict: 'green',
  flaky: true,
  preExisting: false,
  command: './verify.sh',
  exit: 0,
  signal: null,
  output: '',
  sandbox: 'process',
  ticket: null,
  attempt: null,
  doubts: ['a.test.js: deleted', 'b.test.js: emptied'],
  startedAt: 1,
  durationMs: 1,
}

/** Writes a green receipt for a tree, as a merge queue with this sandbox would. */
async function receives(folder: string, tree: string, sandbox: string): Promise<void> {
  const store = await openSqlite({ path: join(folder, '.swarm/tickets/tickets.db') })
  await store.transact((tx) => tx.addReceipt({ ...RECEIPT, tree, sandbox, flaky: false, doubts: [] }))
  await store.close()
}

describe('swarm audit', () => {
  it('asks nothing of what was there before', async () => {
    const { folder } = await project()
    const { code, out } = await swarm(['audit'], { folder })
    expect(code).toBe(0)
    expect(out).toContain('before swarm  Begin')
  })

  it('finds a commit that came without a receipt', async () => {
    const { folder, lands } = await project()
    lands('Smuggled', { 'a.txt': 'a' })
    const { code, out } = await swarm(['audit'], { folder })
    expect(code).toBe(1)
    expect(out).toContain('no receipt    Smuggled')
    expect(out).toContain('1 commit has no green receipt.')
  })

  it('marks a commit whose receipt has doubts', async () => {
    const { folder, lands } = await project()
    lands('ticket-1: Tidy', { 'a.txt': 'a' })
    const tree = git(folder, `--git-dir=${join(folder, '.swarm/repo.git')}`, 'rev-parse', 'main^{tree}')
    const store = await openSqlite({ path: join(folder, '.swarm/tickets/tickets.db') })
    await store.transact((tx) => tx.addReceipt({ ...RECEIPT, tree }))
    await store.close()
    expect((await swarm(['audit'], { folder })).out).toContain('green (flaky, 2 doubts) in')
    const { commits } = JSON.parse((await swarm(['audit', '--format', 'json'], { folder })).out)
    expect(commits[1].receipt.doubts).toEqual(RECEIPT.doubts)
  })

  it('verifies every commit again in a sandbox, and says which is not green', async () => {
    const { folder, lands } = await project()
    lands('ticket-1: Gate', { 'verify.sh': '#!/bin/sh\n! grep -rn BUG src\n', 'src/a': 'fine' })
    lands('ticket-2: Break', { 'src/b': 'BUG' })
    lands('ticket-3: Mend', { 'src/b': 'fine' })
    const { code, out } = await swarm(['audit', '--rerun', '--format', 'json'], { folder })
    expect(code).toBe(1)
    const { commits } = JSON.parse(out)
    expect(commits.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['green', 'red', 'green'])
    expect(commits[1].output).toContain('src/b:1:BUG')
    expect((await swarm(['audit'], { folder })).out).toContain('no receipt')
  })

  it('keeps what it found, and shows it from then on', async () => {
    const { folder, lands } = await project()
    lands('ticket-1: Break', { 'verify.sh': '#!/bin/sh\necho too bad; exit 1\n' })
    lands('ticket-2: Mend', { 'verify.sh': '#!/bin/sh\nexit 0\n' })
    await swarm(['audit', '--rerun'], { folder })
    const { out } = await swarm(['audit'], { folder })
    expect(out).toMatch(/no receipt +ticket-1: Break +red again on \d{4}-\d\d-\d\d \(process\)/)
    expect(out).not.toMatch(/Mend.*again/)
    const { commits } = JSON.parse((await swarm(['audit', '--format', 'json'], { folder })).out)
    expect(commits.map(({ rerun }: { rerun: object | null }) => rerun)).toMatchObject([
      null,
      { verdict: 'red', sandbox: 'process', output: expect.stringContaining('too bad') },
      { verdict: 'green' },
    ])
    writeFileSync(join(folder, '.swarm/audit.log'), 'half a li')
    expect((await swarm(['audit'], { folder })).out).not.toContain('again')
  })

  it('says when its sandbox is not the one of the receipts', async () => {
    const { folder, lands } = await project()
    lands('ticket-1: Gate', { 'verify.sh': '#!/bin/sh\nexit 0\n' })
    const tree = git(folder, `--git-dir=${join(folder, '.swarm/repo.git')}`, 'rev-parse', 'main^{tree}')
    await receives(folder, tree, 'docker 0123456789ab')
    const { out } = await swarm(['audit', '--rerun'], { folder })
    expect(out).toContain('1 landed commit verified again, all green.\n')
    expect(out).toContain('The sandbox differs: here process, in 1 receipt docker 0123456789ab.')
    const json = JSON.parse((await swarm(['audit', '--rerun', '--format', 'json'], { folder })).out)
    expect(json.commits).toMatchObject([{ sandbox: 'process', receipt_sandbox: 'docker 0123456789ab' }])
  })

  it.each([
    ['auto', 'bubblewrap 0123456789ab', ['bubblewrap', 'auto']],
    ['auto', 'podman 0123456789ab', ['podman', 'auto']],
    ['auto', 'process', ['auto']],
    ['auto', null, ['auto']],
    ['docker', 'bubblewrap 0123456789ab', ['docker']],
    ['process', 'docker 0123456789ab', ['process']],
  ] as const)('with the setting %s and receipts of %s it takes the first that is here of %j', (...given) => {
    const [setting, like, kinds] = given
    expect(kindsFor(setting, like)).toEqual(kinds)
  })
})

/** A project whose only landing, by its store, is a commit made by hand from this work, which builds on `Begin`. */
async function landedByHand({ takes }: { takes: 'the merge' | 'the tree of the work' }) {
  const { folder, lands } = await project()
  const bare = join(folder, '.swarm/repo.git')
  const inBare = (...args: string[]) => git(folder, `--git-dir=${bare}`, ...args).trim()
  const begin = inBare('rev-parse', 'main')
  inBare('update-ref', 'refs/swarm/start', begin)
  lands('Of a person', { 'theirs.txt': 'theirs' })
  const before = inBare('rev-parse', 'main')
  lands('mine', { 'mine.txt': 'mine' })
  const merge = inBare('rev-parse', 'main^{tree}')
  inBare('update-ref', 'refs/heads/main', begin)
  lands('mine', { 'mine.txt': 'mine' })
  const [work, own] = [inBare('rev-parse', 'main'), inBare('rev-parse', 'main^{tree}')]
  const tree = takes === 'the merge' ? merge : own
  const message = 'ticket-1: Mine\n\nTicket: 1\nAttempt: 1'
  const commit = inBare('commit-tree', tree, '-p', before, '-m', message)
  inBare('update-ref', 'refs/heads/main', commit)
  inBare('update-ref', 'refs/swarm/work/1/1', work)
  const store = await openSqlite({ path: join(folder, '.swarm/tickets/tickets.db') })
  await file({ store, clock: REAL }, { title: 'Mine' }, { kind: 'person', name: 'ada' })
  await store.transact(async (tx) => {
    const landing = { ticket: 1, attempt: 1, work, candidate: commit, queuedAt: 1, endedAt: 1, detail: null }
    await tx.putLanding({ ...landing, status: 'landed' })
    for (const each of [tree, inBare('rev-parse', `${before}^{tree}`)])
      await tx.addReceipt({ ...GREEN, tree: each })
  })
  await store.close()
  const loseWork = () => {
    inBare('update-ref', '-d', 'refs/swarm/work/1/1')
    inBare('reflog', 'expire', '--expire=now', '--all')
    inBare('prune', '--expire=now')
  }
  return { folder, commit, loseWork }
}

const GREEN: Omit<Receipt, 'id' | 'tree'> = {
  fingerprint: 'f',
  verdict: 'green',
  flaky: false,
  preExisting: false,
  doubts: [],
  command: './verify.sh',
  exit: 0,
  signal: null,
  output: '',
  sandbox: 'process',
  ticket: 1,
  attempt: 1,
  startedAt: 1,
  durationMs: 1,
}

const REAL = { now: Date.now, monotonic: Date.now, sleep: async () => {} }

describe('what swarm audit says of whose a change is', () => {
  it('finds a landing that takes the work of others off main, and names what', async () => {
    const { folder, commit } = await landedByHand({ takes: 'the tree of the work' })
    const { code, out } = await swarm(['audit'], { folder })
    expect(code).toBe(1)
    expect(out).toContain(`${commit.slice(0, 10)} (#1) changes what its attempt did not: theirs.txt\n`)
    expect(out).toMatch(
      /\n2 landed commits, each with a green receipt for its exact tree\.\n1 of 1 compared landing changed more than the attempt did\.\n$/,
    )
    const json = JSON.parse((await swarm(['audit', '--format', 'json'], { folder })).out)
    expect(json).toMatchObject({ all_green: true, all_own: false, compared: 1, not_comparable: 0 })
    expect(json.commits.at(-1).strays).toEqual(['theirs.txt'])
  })

  it('says of a landing that it changes what its attempt changed', async () => {
    const { folder } = await landedByHand({ takes: 'the merge' })
    const { code, out } = await swarm(['audit'], { folder })
    expect(out).toMatch(/\n1 landing compared with the work of its attempt: nothing else changed\.\n$/)
    expect(code).toBe(0)
  })

  it('says how many it cannot compare, since their work is gone', async () => {
    const { folder, loseWork } = await landedByHand({ takes: 'the tree of the work' })
    loseWork()
    const { code, out } = await swarm(['audit'], { folder })
    expect(out).toMatch(/\n1 landing cannot be compared: the work of its attempt is no longer saved\.\n$/)
    expect(code).toBe(0)
    const json = JSON.parse((await swarm(['audit', '--format', 'json'], { folder })).out)
    expect(json).toMatchObject({ all_own: true, compared: 0, not_comparable: 1 })
    expect(json.commits.at(-1).strays).toBeNull()
  })
})

describe('swarm wait', () => {
  it('is over at once when nothing is left', async () => {
    const { folder } = await project()
    expect(await swarm(['wait'], { folder })).toMatchObject({ code: 0, out: 'No work is left.\n' })
  })
})
