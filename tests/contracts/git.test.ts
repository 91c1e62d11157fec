/** The git adapter: the contract of a repository, and what only git has: faults, adopting a project and pulling. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { shown } from '../../src/ports/path-bytes.ts'
import { pathMatcher } from '../../src/ports/paths.ts'
import type { CommitInfo, Repo } from '../../src/ports/repo.ts'
import { Trouble } from '../../src/ports/trouble.ts'
import { type Adopted, type Adoption, adopt } from '../../src/repos/git/adopt.ts'
import { openGit } from '../../src/repos/git/git.ts'
import { type Pulled, pull } from '../../src/repos/git/pull.ts'
import { inBare } from '../../src/repos/git/run.ts'
import { isRefusal } from '../../src/ticket/commands.ts'
import { folderElsewhere, oneDisk } from './disks.ts'
import { itUnless } from './gaps.ts'
import {
  type Clone,
  cloneOf,
  flawed,
  folder,
  git,
  plantHostility,
  type RepoCase,
  repoContract,
  workIn,
} from './repo.ts'
import { repoNamesContract } from './repo-names.ts'
import { repoPourContract } from './repo-pour.ts'
import { repoRefsContract } from './repo-refs.ts'

function projectWith(files: Record<string, string>, branch = 'main'): Clone {
  const project = workIn(join(folder(), 'project'))
  mkdirSync(project.path)
  git(project.path, 'init', '--quiet', `--initial-branch=${branch}`)
  project.put(files)
  project.commit('Begin')
  return project
}

async function adopted(adoption: Adoption): Promise<Adopted> {
  const result = await adopt(adoption)
  if (isRefusal(result)) throw new Error(result.sentence)
  return result
}

interface Swarm {
  project: Clone
  bare: string
  repo: Repo
  base: CommitInfo
}

const templates = new Map<string, string>()

/** A project and its bare repository; those of the same seed are copies of one. */
async function swarmWith(files: Record<string, string>, branch = 'main'): Promise<Swarm> {
  const seed = JSON.stringify([files, branch])
  if (!templates.has(seed)) {
    const project = projectWith(files, branch)
    await adopted({ project: project.path, bare: join(project.path, '../repo.git') })
    templates.set(seed, join(project.path, '..'))
  }
  const copy = folder()
  cpSync(templates.get(seed)!, copy, { recursive: true, preserveTimestamps: true })
  const bare = join(copy, 'repo.git')
  const repo = openGit({ path: bare, branch })
  return { project: workIn(join(copy, 'project')), bare, repo, base: await repo.tip() }
}

/** One more commit on the swarm's branch. */
async function land(at: Swarm, change: (clone: Clone) => void) {
  const clone = cloneOf(at.repo)
  const base = await at.repo.tip()
  change(clone)
  clone.commit('work')
  const work = await at.repo.receive(clone.bundle(base.commit), 'refs/swarm/work')
  await at.repo.advance(base.commit, work.commit)
  return work
}

const GIT: RepoCase = {
  make: async ({ branch, files }) => (await swarmWith(files, branch)).repo,
}

repoContract('git', GIT)
repoNamesContract('git', GIT)
repoPourContract('git', GIT)
repoRefsContract('git', GIT)

describe('git: a failing machine is trouble, never a conflict or a stale branch', () => {
  it('when the branch is locked', async () => {
    const at = await swarmWith({ a: 'a' })
    const to = await at.repo.commit({
      tree: at.base.tree,
      parents: [at.base.commit],
      message: 'x',
      author: 'A <a@b>',
      at: 1,
    })
    writeFileSync(join(at.bare, 'refs/heads/main.lock'), '')
    const failure = await at.repo.advance(at.base.commit, to).catch((thrown) => thrown)
    expect(failure).toBeInstanceOf(Trouble)
    expect(failure).toMatchObject({ code: 'git', retryable: true })
    expect(failure.message).toContain('locked')
  })

  it('when no object can be written', async () => {
    const at = await swarmWith({ a: '1\n2\n3\n4\n5\n6\n' })
    const works: string[] = []
    for (const [ref, text] of [
      ['one', 'ONE\n2\n3\n4\n5\n6\n'],
      ['two', '1\n2\n3\n4\n5\nTWO\n'],
    ] as const) {
      const clone = cloneOf(at.repo)
      clone.put({ a: text })
      clone.commit(ref)
      works.push((await at.repo.receive(clone.bundle(at.base.commit), `refs/swarm/${ref}`)).commit)
    }
    // Files in the place of every folder of objects: also root cannot write there.
    for (let at256 = 0; at256 < 256; at256++) {
      const place = join(at.bare, 'objects', at256.toString(16).padStart(2, '0'))
      if (!existsSync(place)) writeFileSync(place, '')
    }
    await expect(at.repo.merge(works[0]!, works[1]!)).rejects.toMatchObject({
      name: 'Trouble',
      retryable: true,
    })
  })

  it('when the objects are gone', async () => {
    const at = await swarmWith({ a: 'a' })
    rmSync(join(at.bare, 'objects'), { recursive: true })
    mkdirSync(join(at.bare, 'objects'))
    await expect(at.repo.tip()).rejects.toThrow(Trouble)
    await expect(at.repo.merge(at.base.commit, at.base.commit)).rejects.toThrow(Trouble)
    await expect(at.repo.landed(at.base.commit)).rejects.toThrow(Trouble)
  })

  it('when git is missing or its owner stops', async () => {
    const { bare } = await swarmWith({ a: 'a' })
    const lost = openGit({ path: bare, branch: 'main', searchPath: '/nowhere' })
    await expect(lost.tip()).rejects.toMatchObject({ code: 'missing program', retryable: false })
    const stopped = openGit({ path: bare, branch: 'main', signal: AbortSignal.abort() })
    await expect(stopped.tip()).rejects.toMatchObject({ code: 'git', retryable: true })
  })
})

it('takes no output for the whole of it that was longer than is read', async () => {
  const bin = folder()
  writeFileSync(join(bin, 'git'), '#!/bin/sh\nexec head -c 268435460 /dev/zero\n', { mode: 0o755 })
  const git = inBare('/repo.git', { searchPath: `${bin}:${process.env.PATH}` })
  await expect(git(['cat-file'])).rejects.toMatchObject({
    message: 'git cat-file printed more than 256 MiB.',
    retryable: false,
  })
})

describe('git: the bare repository', () => {
  it('refuses a bundle that is too large', async () => {
    const { bare, repo } = await swarmWith({ a: 'a' })
    const clone = cloneOf(repo)
    clone.put({ b: 'b' })
    clone.commit('b')
    const small = openGit({ path: bare, branch: 'main', largestBundle: 100 })
    await expect(small.receive(clone.bundle(), 'refs/swarm/b')).rejects.toEqual(flawed(/100 are the most/))
  })

  it('leaves nothing of a refused bundle behind', async () => {
    const { bare, repo } = await swarmWith({ a: 'a' })
    const other = projectWith({ x: 'x' })
    const first = git(other.path, 'rev-parse', 'HEAD')
    other.put({ y: 'y' })
    other.commit('more')
    await expect(repo.receive(other.bundle(first), 'refs/swarm/x')).rejects.toThrow(Trouble)
    expect(readdirSync(join(bare, 'objects')).filter((name) => name.startsWith('tmp'))).toEqual([])
    expect(await repo.find(git(other.path, 'rev-parse', 'HEAD'))).toBeNull()
  })

  it('refuses every push: work enters by the merge queue alone', async () => {
    const { repo } = await swarmWith({ a: 'a' })
    const clone = cloneOf(repo)
    clone.put({ b: 'b' })
    clone.commit('b')
    for (const target of ['main', 'refs/swarm/x', 'refs/heads/new'])
      expect(() => git(clone.path, 'push', '--quiet', 'origin', `HEAD:${target}`)).toThrow(/hidden ref/)
  })

  it('takes only its own refs and full commit ids to move', async () => {
    const { repo, base } = await swarmWith({ a: 'a' })
    await expect(repo.keep('refs/heads/main', base.commit)).rejects.toThrow(/not a ref of the swarm/)
    await expect(repo.advance('', base.commit)).rejects.toThrow(/not a commit id/)
  })

  it('packs up what many deliveries scatter, and loses nothing', async () => {
    const at = await swarmWith({ a: 'a' })
    const packs = () => readdirSync(join(at.bare, 'objects/pack')).filter((name) => name.endsWith('.pack'))
    for (let one = 0; one < 41; one++) {
      const oid = execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: at.bare, input: `${one}` })
      execFileSync('git', ['pack-objects', '-q', 'objects/pack/pack'], { cwd: at.bare, input: oid })
    }
    expect(packs().length).toBeGreaterThan(40)
    const work = await land(at, (clone) => clone.put({ b: 'b' }))
    await at.repo.tidy({ unreachableBefore: null, signal: new AbortController().signal })
    expect(packs().length).toBeLessThan(10)
    git(at.bare, 'fsck', '--strict')
    expect((await at.repo.find('refs/swarm/work'))?.commit).toBe(work.commit)
    expect((await at.repo.tip()).parents).toEqual([at.base.commit])
  })

  it('needs no temporary folder of the machine, which somebody may clean away or fill', async () => {
    const at = await swarmWith({ a: 'a', b: 'b' })
    const clone = cloneOf(at.repo)
    clone.put({ a: 'changed' })
    clone.commit('work')
    const bundle = clone.bundle(at.base.commit)
    vi.stubEnv('TMPDIR', '/nowhere')
    try {
      const work = await at.repo.receive(bundle, 'refs/swarm/work')
      expect(await at.repo.overlay(work.tree, at.base.commit, ['a'])).toBe(at.base.tree)
    } finally {
      vi.unstubAllEnvs()
    }
    expect(readdirSync(join(at.bare, 'objects')).filter((name) => name.startsWith('tmp'))).toEqual([])
  })

  itUnless(oneDisk(), 'takes in work that comes from another file system', async () => {
    const { repo, base } = await swarmWith({ a: 'a' })
    const clone = cloneOf(repo)
    clone.put({ b: 'b' })
    const commit = clone.commit('b')
    const bundle = join(folderElsewhere(), 'work.bundle')
    cpSync(clone.bundle(base.commit), bundle)
    expect((await repo.receive(bundle, 'refs/swarm/b')).commit).toBe(commit)
    expect(existsSync(bundle)).toBe(false)
  })

  it('works with SHA-256 as well', async () => {
    const project = workIn(folder())
    git(project.path, 'init', '--quiet', '--object-format=sha256', '--initial-branch=main')
    project.put({ a: 'a' })
    project.commit('Begin')
    const bare = join(folder(), 'repo.git')
    const { commit } = await adopted({ project: project.path, bare })
    expect(commit).toHaveLength(64)
    const repo = openGit({ path: bare, branch: 'main' })
    const clone = cloneOf(repo)
    rmSync(join(clone.path, 'a'))
    clone.commit('gone')
    const work = await repo.receive(clone.bundle(commit), 'refs/swarm/work')
    expect(await repo.overlay(work.tree, commit, ['a'])).toBe((await repo.tip()).tree)
    expect(await repo.advance(commit, work.commit)).toBe('moved')
  })
})

describe('adopting a project', () => {
  const bareFor = () => join(folder(), 'deep/repo.git')

  it('takes the branch that is checked out, whatever its name', async () => {
    for (const branch of ['main', 'master', 'feature/x']) {
      const project = projectWith({ a: 'a' }, branch)
      const bare = bareFor()
      const head = git(project.path, 'rev-parse', 'HEAD')
      expect(await adopt({ project: project.path, bare })).toEqual({
        branch,
        commit: head,
        dirty: [],
        created: true,
      })
      expect((await openGit({ path: bare, branch }).tip()).commit).toBe(head)
      expect(statSync(bare).mode & 0o077).toBe(0)
    }
  })

  it('lists what is not committed, and takes none of it', async () => {
    const project = projectWith({ a: 'a', b: 'b' })
    project.put({ a: 'changed', 'new file': 'n', '.swarm/config.json': '{}' })
    const bare = bareFor()
    const { dirty, branch } = await adopted({ project: project.path, bare })
    expect(dirty.sort()).toEqual(['a', 'new file'])
    const repo = openGit({ path: bare, branch })
    expect((await repo.read('HEAD', 'a'))?.toString()).toBe('a')
    expect(git(project.path, 'status', '--porcelain')).toContain('M a')
  })

  it('leaves an earlier bare repository as it is', async () => {
    const project = projectWith({ a: 'a' })
    const bare = bareFor()
    const first = await adopted({ project: project.path, bare })
    project.put({ a: 'b' })
    project.commit('more')
    expect(await adopted({ project: project.path, bare })).toEqual({ ...first, created: false })
  })

  it('begins an empty history in a folder that is no repository', async () => {
    const project = workIn(folder())
    project.put({ 'a.txt': 'a' })
    const bare = bareFor()
    const { branch, dirty, commit } = await adopted({ project: project.path, bare, branch: 'trunk' })
    expect({ branch, dirty }).toEqual({ branch: 'trunk', dirty: ['a.txt'] })
    expect(git(project.path, 'rev-parse', 'trunk')).toBe(commit)
    expect(await openGit({ path: bare, branch }).read('HEAD', 'a.txt')).toBeNull()
  })

  it('commits all that is there when asked, but for what is ignored and the swarm’s own', async () => {
    const project = workIn(folder())
    project.put({
      'a.txt': 'a',
      '.env': 'secret',
      '.gitignore': '.env\n',
      '.DS_Store': 'x',
      '.swarm/db': 'x',
    })
    const ignore = join(folder(), 'ignore')
    writeFileSync(ignore, '.DS_Store\n')
    const bare = bareFor()
    const author = 'Ann <ann@example.com>'
    const { dirty, branch } = await adopted({ project: project.path, bare, commitAll: true, author, ignore })
    expect(dirty).toEqual([])
    const repo = openGit({ path: bare, branch })
    expect(git(bare, 'ls-tree', '-r', '--name-only', 'HEAD').split('\n')).toEqual(['.gitignore', 'a.txt'])
    expect((await repo.tip()).author).toBe(author)
    expect(git(project.path, 'status', '--porcelain')).not.toContain('a.txt')
  })

  it('keeps the branch name of a repository without commits', async () => {
    const project = workIn(folder())
    git(project.path, 'init', '--quiet', '--initial-branch=master')
    project.put({ staged: 's' })
    git(project.path, 'add', 'staged')
    const { branch, dirty } = await adopted({ project: project.path, bare: bareFor() })
    expect({ branch, dirty }).toEqual({ branch: 'master', dirty: ['staged'] })
  })

  it('refuses with a sentence what it cannot take', async () => {
    const refusal = async (project: string) => adopt({ project, bare: bareFor() })
    const detached = projectWith({ 'deep/a': 'a' })
    expect(await refusal(join(detached.path, 'deep'))).toMatchObject({
      sentence: expect.stringContaining('inside'),
    })
    git(detached.path, 'checkout', '--quiet', '--detach')
    expect(await refusal(detached.path)).toMatchObject({ sentence: expect.stringContaining('detached') })
    expect(await refusal('/no/such/folder')).toMatchObject({ refused: 'not_found' })
    const origin = projectWith({ a: 'a' })
    origin.commit('second')
    const shallow = join(folder(), 'shallow')
    git('/', 'clone', '--quiet', '--depth=1', `file://${origin.path}`, shallow)
    expect(await refusal(shallow)).toMatchObject({ sentence: expect.stringContaining('shallow') })
    const bare = join(folder(), 'bare')
    git('/', 'clone', '--quiet', '--bare', origin.path, bare)
    expect(await refusal(bare)).toMatchObject({ refused: 'conflict' })
  })

  it('takes a history with flaws that git refuses today', async () => {
    const project = projectWith({ a: 'a' })
    const tree = git(project.path, 'rev-parse', 'HEAD^{tree}')
    const file = join(folder(), 'commit')
    writeFileSync(file, `tree ${tree}\nauthor nobody 1 +0000\ncommitter nobody 1 +0000\n\nold\n`)
    const commit = git(project.path, 'hash-object', '-t', 'commit', '-w', '--literally', file)
    git(project.path, 'update-ref', 'refs/heads/main', commit)
    expect((await adopted({ project: project.path, bare: bareFor() })).commit).toBe(commit)
  })

  it('runs nothing of a hostile project', async () => {
    const project = projectWith({ a: 'a' })
    const canary = join(folder(), 'canary')
    plantHostility(project, canary)
    project.commit('evil')
    hostileSettings(project)
    project.put({ b: 'b' })
    await adopted({ project: project.path, bare: bareFor() })
    expect(existsSync(canary)).toBe(false)
    // The trap works: git as people have it walks into it.
    git(project.path, 'status')
    expect(existsSync(canary)).toBe(true)
  })
})

/** A person may point all of these at files of the project. */
function hostileSettings({ path }: Clone): void {
  git(path, 'config', 'core.hooksPath', '.husky')
  git(path, 'config', 'core.fsmonitor', './evil.sh')
  git(path, 'config', 'filter.evil.clean', './evil.sh')
  git(path, 'config', 'filter.evil.smudge', './evil.sh')
  git(path, 'config', 'filter.evil.required', 'true')
  git(path, 'config', 'diff.evil.textconv', './evil.sh')
  git(path, 'config', 'merge.evil.driver', './evil.sh')
  git(path, 'config', 'submodule.recurse', 'true')
}

describe('pulling into the project', () => {
  const pulled = async (at: Swarm, dryRun = false): Promise<Pulled> => {
    const result = await pull({ project: at.project.path, bare: at.bare, branch: at.repo.branch, dryRun })
    if (isRefusal(result)) throw new Error(result.sentence)
    return result
  }
  const refused = (at: Swarm) => pull({ project: at.project.path, bare: at.bare, branch: at.repo.branch })

  it('says what it would bring and writes nothing, then brings it', async () => {
    const at = await swarmWith({ a: 'a\n', keep: 'k' }, 'master')
    const work = await land(at, (clone) => {
      clone.put({ 'b c': 'new\n', 'script.sh': '#!/bin/sh\n' })
      chmodSync(join(clone.path, 'script.sh'), 0o755)
      rmSync(join(clone.path, 'a'))
    })
    const would = await pulled(at, true)
    expect(would.commits.map(({ commit }) => commit)).toEqual([work.commit])
    expect(would.changes.map(({ path, kind }) => [path, kind])).toEqual([
      ['a', 'deleted'],
      ['b c', 'added'],
      ['script.sh', 'added'],
    ])
    expect(git(at.project.path, 'rev-parse', 'HEAD')).toBe(at.base.commit)
    expect(() => git(at.project.path, 'cat-file', '-e', work.commit)).toThrow()
    expect(await pulled(at)).toEqual(would)
    expect(git(at.project.path, 'rev-parse', 'master')).toBe(work.commit)
    expect(git(at.project.path, 'status', '--porcelain')).toBe('')
    expect(statSync(join(at.project.path, 'script.sh')).mode & 0o111).not.toBe(0)
    expect((await pulled(at)).commits).toEqual([])
  })

  it('brings nothing when the person is ahead', async () => {
    const at = await swarmWith({ a: 'a' })
    at.project.put({ mine: 'm' })
    at.project.commit('mine')
    expect((await pulled(at)).commits).toEqual([])
  })

  it('refuses when both have moved on', async () => {
    const at = await swarmWith({ a: 'a' })
    await land(at, (clone) => clone.put({ b: 'b' }))
    at.project.put({ mine: 'm' })
    at.project.commit('mine')
    expect(await refused(at)).toMatchObject({ why: 'diverged' })
  })

  it('refuses when tracked files are changed, and lets untracked ones be', async () => {
    const at = await swarmWith({ a: 'a' })
    await land(at, (clone) => clone.put({ b: 'b' }))
    at.project.put({ a: 'mine', notes: 'n' })
    expect(await refused(at)).toMatchObject({ why: 'dirty', paths: ['a'] })
    git(at.project.path, 'checkout', '--quiet', 'a')
    expect((await pulled(at)).commits).toHaveLength(1)
    expect(readFileSync(join(at.project.path, 'notes'), 'utf8')).toBe('n')
  })

  it('refuses to overwrite files that git does not know, ignored ones too', async () => {
    const at = await swarmWith({ '.gitignore': '.env\n', d: 'a file' })
    await land(at, (clone) => {
      clone.put({ notes: 'theirs', 'folder/deep': 'x', '.gitignore': '' })
      clone.put({ '.env': 'theirs' })
      rmSync(join(clone.path, 'd'))
      clone.put({ 'd/inside': 'was a file' })
    })
    at.project.put({ notes: 'mine', '.env': 'mine', folder: 'a file' })
    const refusal = await refused(at)
    expect(refusal).toMatchObject({ why: 'overwrites' })
    expect((refusal as { paths: string[] }).paths.sort()).toEqual(['.env', 'folder', 'notes'])
    for (const path of ['notes', '.env']) {
      expect(readFileSync(join(at.project.path, path), 'utf8')).toBe('mine')
      rmSync(join(at.project.path, path))
    }
    rmSync(join(at.project.path, 'folder'))
    await pulled(at)
    expect(git(at.project.path, 'status', '--porcelain')).toBe('')
  })

  it('refuses to overwrite what has a name that is not UTF-8, as a file and as a folder', async () => {
    const at = await swarmWith({ a: 'a' })
    const place = (root: string, name: string) => Buffer.from(join(root, name), 'latin1')
    await land(at, ({ path }) => {
      writeFileSync(place(path, 'caf\xe9'), 'theirs')
      writeFileSync(place(path, 'd\xff'), 'theirs')
    })
    writeFileSync(place(at.project.path, 'caf\xe9'), 'mine')
    mkdirSync(place(at.project.path, 'd\xff'))
    writeFileSync(place(at.project.path, 'd\xff/own'), 'mine')
    const refusal = await refused(at)
    expect(refusal).toMatchObject({ why: 'overwrites' })
    expect((refusal as { paths: string[] }).paths.map(shown)).toEqual(['"caf\\351"', '"d\\377/own"'])
    expect((refusal as { sentence: string }).sentence).toContain('"caf\\351" and 1 more are not in git')
    expect(readFileSync(place(at.project.path, 'caf\xe9'), 'utf8')).toBe('mine')
    rmSync(place(at.project.path, 'caf\xe9'))
    rmSync(place(at.project.path, 'd\xff'), { recursive: true })
    await pulled(at)
    expect(readFileSync(place(at.project.path, 'd\xff'), 'utf8')).toBe('theirs')
  })

  it('lists what is not committed under its true name', async () => {
    const at = await swarmWith({ a: 'a' })
    writeFileSync(Buffer.from(join(at.project.path, 'caf\xe9'), 'latin1'), 'mine')
    const { dirty } = (await adopt({ project: at.project.path, bare: at.bare })) as Adopted
    expect(dirty.map(shown)).toEqual(['"caf\\351"'])
  })

  it('refuses when a folder with files of the person becomes a file', async () => {
    const at = await swarmWith({ 'd/tracked': 't' })
    await land(at, (clone) => {
      rmSync(join(clone.path, 'd'), { recursive: true })
      clone.put({ d: 'now a file' })
    })
    at.project.put({ 'd/mine': 'm' })
    expect(await refused(at)).toMatchObject({ why: 'overwrites', paths: ['d/mine'] })
    rmSync(join(at.project.path, 'd/mine'))
    await pulled(at)
    expect(readFileSync(join(at.project.path, 'd'), 'utf8')).toBe('now a file')
  })

  it('refuses on another branch and on none', async () => {
    const at = await swarmWith({ a: 'a' })
    await land(at, (clone) => clone.put({ b: 'b' }))
    git(at.project.path, 'checkout', '--quiet', '-b', 'mine')
    expect(await refused(at)).toMatchObject({ why: 'other branch' })
    git(at.project.path, 'checkout', '--quiet', '--detach')
    expect(await refused(at)).toMatchObject({ why: 'other branch' })
  })

  it('refuses commits that touch the swarm’s own folder, also when a later one takes it back', async () => {
    const at = await swarmWith({ a: 'a' })
    await land(at, (clone) => clone.put({ '.Swarm/config.json': '{}' }))
    await land(at, (clone) => rmSync(join(clone.path, '.Swarm'), { recursive: true }))
    expect(await refused(at)).toMatchObject({ why: 'swarm files' })
    const other = await swarmWith({ a: 'a' })
    await land(other, (clone) => clone.put({ '.\u017fwarm/config.json': '{}' }))
    expect(await refused(other)).toMatchObject({ why: 'swarm files' })
  })

  it('is trouble, and changes nothing, when the person’s index is locked', async () => {
    const at = await swarmWith({ a: 'a' })
    await land(at, (clone) => clone.put({ b: 'b' }))
    writeFileSync(join(at.project.path, '.git/index.lock'), '')
    await expect(refused(at)).rejects.toMatchObject({ name: 'Trouble', retryable: true })
    expect(git(at.project.path, 'rev-parse', 'HEAD')).toBe(at.base.commit)
  })

  it('runs no hook, filter or monitor that the pulled files bring along', async () => {
    const at = await swarmWith({ a: 'a' })
    hostileSettings(at.project)
    const canary = join(folder(), 'canary')
    await land(at, (clone) => plantHostility(clone, canary))
    await land(at, (clone) => clone.put({ a: 'changed\n' }))
    expect((await pulled(at)).commits).toHaveLength(2)
    await pulled(at)
    expect(existsSync(join(at.project.path, 'evil.sh'))).toBe(true)
    expect(existsSync(canary)).toBe(false)
    git(at.project.path, 'checkout', '--quiet', '--detach')
    expect(existsSync(canary)).toBe(true)
  })
})

describe('a pattern of paths', () => {
  const cases: [pattern: string, path: string, means: boolean][] = [
    ['verify.sh', 'verify.sh', true],
    ['verify.sh', 'sub/verify.sh', false],
    ['verify.sh', 'verifyxsh', false],
    ['verify.sh', 'VERIFY.SH', true],
    ['verify.sh', 'verify.sh/inside', true],
    ['/verify.sh', 'verify.sh', true],
    ['.claude/', '.claude/a/b', true],
    ['.claude/', '.claude', true],
    ['.claude/**', '.claude/a/b', true],
    ['.claude/**', '.claude2/a', false],
    ['*.lock', 'yarn.lock', true],
    ['*.lock', 'sub/yarn.lock', false],
    ['**/*.lock', 'yarn.lock', true],
    ['**/*.lock', 'a/b/yarn.lock', true],
    ['src/*/gate.ts', 'src/a/gate.ts', true],
    ['src/*/gate.ts', 'src/a/b/gate.ts', false],
    ['src/**/gate.ts', 'src/gate.ts', true],
    ['src/**/gate.ts', 'src/a/b/gate.ts', true],
    ['**', 'anything/at all', true],
    ['a[1].txt', 'a[1].txt', true],
    ['a[1].txt', 'a1.txt', false],
    ['*', 'new\nline', true],
    ['caf\u00e9', 'cafe\u0301', true],
    ['', 'a', false],
  ]
  for (const [pattern, path, means] of cases)
    it(`${JSON.stringify(pattern)} ${means ? 'means' : 'does not mean'} ${JSON.stringify(path)}`, () =>
      expect(pathMatcher([pattern])(path)).toBe(means))
})
