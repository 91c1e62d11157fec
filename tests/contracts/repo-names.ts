/** What every Repo must do with names that are not UTF-8: none of their bytes is lost. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pathOf } from '../../src/ports/path-bytes.ts'
import type { CommitInfo, Repo } from '../../src/ports/repo.ts'
import { type Clone, cloneOf, git, type RepoCase } from './repo.ts'

interface Beginning {
  repo: Repo
  clone: Clone
  base: CommitInfo
}

async function begin(make: RepoCase['make']): Promise<Beginning> {
  const repo = await make({ branch: 'main', files: { 'README.md': 'one\n' } })
  return { repo, clone: cloneOf(repo), base: await repo.tip() }
}

/** By the index alone, for not every disk takes such names. They are given as latin1; null takes one away. */
async function submitNames(
  { repo, clone, base }: Beginning,
  ref: string,
  files: Record<string, string | null>,
) {
  const { path } = clone
  git(path, 'checkout', '--quiet', '--force', '--detach', base.commit)
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(join(path, '.git/blob'), text ?? '')
    const blob = git(path, 'hash-object', '-w', '.git/blob')
    const input = Buffer.from(`${text === null ? '0' : '100644'} ${blob}\t${file}\0`, 'latin1')
    execFileSync('git', ['update-index', '-z', '--index-info'], { cwd: path, input })
  }
  git(path, 'commit', '--quiet', '-m', ref)
  return repo.receive(clone.bundle(base.commit), `refs/swarm/${ref}`)
}

export function repoNamesContract(name: string, { make }: Pick<RepoCase, 'make'>): void {
  describe(`${name}: names that are not UTF-8`, () => {
    it('can be given back: to read the file, and to tell two of them apart', async () => {
      const at = await begin(make)
      const files = { 'caf\xe9.txt': 'é\n', 'caf\xe8.txt': 'è\n', 'caf\xef\xbf\xbd.txt': 'a true one\n' }
      const work = await submitNames(at, 'work', files)
      const paths = (await at.repo.changes(at.base.commit, work.commit)).map(({ path }) => path)
      const texts = await Promise.all(paths.map((path) => at.repo.read(work.commit, path)))
      expect(texts.map(String).sort()).toEqual(['a true one\n', 'è\n', 'é\n'])
    })

    it('can be given back when they are in conflict', async () => {
      const at = await begin(make)
      const first = await submitNames(at, 'first', { 'caf\xe9.txt': 'one\n' })
      const second = await submitNames(at, 'second', { 'caf\xe9.txt': 'two\n' })
      const merged = await at.repo.merge(first.commit, second.commit)
      const paths = 'conflicts' in merged ? merged.conflicts : []
      expect(paths).toHaveLength(1)
      expect(String(await at.repo.read(first.commit, paths[0]!))).toBe('one\n')
    })

    it('are told as they were and as they are when a file gets another one', async () => {
      const at = await begin(make)
      const long = 'a text that is long enough to be known again\n'
      const first = await submitNames(at, 'first', { 'a\xff': long })
      const second = await submitNames({ ...at, base: first }, 'second', { 'a\xff': null, 'b\xfe': long })
      const [change] = await at.repo.changes(first.commit, second.commit)
      expect(change?.kind).toBe('renamed')
      expect(String(await at.repo.read(first.commit, change?.from ?? ''))).toBe(long)
      expect(String(await at.repo.read(second.commit, change?.path ?? ''))).toBe(long)
    })

    it('are brought back with a folder, and count in its digest', async () => {
      const at = await begin(make)
      const patterns = ['.claude/**']
      const first = await submitNames(at, 'first', { '.claude/\xff': 'mine\n' })
      const second = await submitNames(at, 'second', { '.claude/\xfe': 'mine\n' })
      expect(await at.repo.overlay(second.tree, first.tree, patterns)).toBe(first.tree)
      expect(await at.repo.overlay(first.tree, at.base.tree, patterns)).toBe(at.base.tree)
      const digests = [first, second, at.base].map(({ tree }) => at.repo.digest(tree, patterns))
      expect(new Set(await Promise.all(digests)).size).toBe(3)
    })

    it('are among the paths of a tree', async () => {
      const at = await begin(make)
      const work = await submitNames(at, 'work', { 'sub/caf\xe9.txt': 'x\n', 'a "b"\n': 'y\n' })
      const paths = await at.repo.paths(work.tree)
      expect(paths.toSorted()).toEqual([
        'README.md',
        'a "b"\n',
        pathOf(Buffer.from('sub/caf\xe9.txt', 'latin1')),
      ])
      expect(await at.repo.paths(at.base.commit)).toEqual(['README.md'])
    })

    it('are quoted in a diff', async () => {
      const at = await begin(make)
      const work = await submitNames(at, 'work', { 'caf\xe9.txt': 'x\n' })
      expect(await at.repo.diff(at.base.commit, work.commit, 10_000)).toContain('"b/caf\\351.txt"')
    })
  })
  describe(`${name}: names that some disk takes for .git`, () => {
    it.each(['.GIT', '.g\u200cit', 'GIT~1', '.git.', '.git ', '.git::$INDEX_ALLOCATION', 'a\\.git\\config'])(
      'are refused: %j',
      async (evil) => {
        const { repo, clone, base } = await begin(make)
        const { path } = clone
        writeFileSync(join(path, '.git/blob'), 'x')
        const blob = git(path, 'hash-object', '-w', '.git/blob')
        const treeOf = (mode: string, id: string, file: string) =>
          execFileSync('git', ['mktree', '-z'], {
            cwd: path,
            input: `${mode} ${mode === '040000' ? 'tree' : 'blob'} ${id}\t${file}\0`,
          })
            .toString()
            .trim()
        const inner = treeOf('100644', blob, 'config')
        const root = treeOf('040000', treeOf('040000', inner, evil), 'sub')
        const head = git(path, 'commit-tree', root, '-p', base.commit, '-m', 'evil')
        git(path, 'update-ref', '--no-deref', 'HEAD', head)
        await expect(repo.receive(clone.bundle(base.commit), 'refs/swarm/evil')).rejects.toThrow(
          /is refused: contains '\.git'/,
        )
      },
    )
  })
}
