/** What every Repo must do with the refs of the swarm's own, and with what they no longer reach. */
import { describe, expect, it } from 'vitest'
import { cloneOf, git, type RepoCase } from './repo.ts'

const never = new AbortController().signal

export function repoRefsContract(name: string, { make }: Pick<RepoCase, 'make'>): void {
  const begin = async (files: Record<string, string> = { a: 'a\n' }) => {
    const repo = await make({ branch: 'main', files })
    return { repo, base: await repo.tip() }
  }

  describe(`${name}: refs of the swarm's own`, () => {
    it('are listed by their names, and never main', async () => {
      const { repo, base } = await begin()
      expect(await repo.refs()).toEqual([])
      for (const ref of ['work/2/1', 'beside/2/1/1', 'work/10/1'])
        await repo.keep(`refs/swarm/${ref}`, base.commit)
      expect(await repo.refs()).toEqual([
        'refs/swarm/beside/2/1/1',
        'refs/swarm/work/10/1',
        'refs/swarm/work/2/1',
      ])
    })

    it('are dropped together, whether or not each of them is there', async () => {
      const { repo, base } = await begin()
      for (const ref of ['work/1/1', 'raw/1/1', 'work/2/1']) await repo.keep(`refs/swarm/${ref}`, base.commit)
      await repo.drop(['refs/swarm/work/1/1', 'refs/swarm/raw/1/1', 'refs/swarm/raw/9/9'])
      expect(await repo.refs()).toEqual(['refs/swarm/work/2/1'])
      await repo.drop([])
      await expect(repo.drop(['refs/heads/main'])).rejects.toThrow(/not a ref of the swarm/)
      expect((await repo.tip()).commit).toBe(base.commit)
    })

    it('keep what they reach through tidying, as main does', async () => {
      const { repo, base } = await begin()
      const clone = cloneOf(repo)
      clone.put({ b: 'b\n' })
      clone.commit('work')
      const work = await repo.receive(clone.bundle(base.commit), 'refs/swarm/work/1/1')
      await repo.tidy({ unreachableBefore: null, signal: never })
      await repo.tidy({ unreachableBefore: Date.now() + 3_600_000, signal: never })
      expect(await repo.find('refs/swarm/work/1/1')).toMatchObject({ commit: work.commit })
      expect((await repo.read(work.commit, 'b'))?.toString()).toBe('b\n')
      expect((await repo.read('refs/heads/main', 'a'))?.toString()).toBe('a\n')
    })
  })

  describe(`${name}: many questions at once`, () => {
    it('are answered as each by itself, in their order', async () => {
      const { repo, base } = await begin()
      const clone = cloneOf(repo)
      const works: string[] = []
      const writes = ['a one', 'a two', 'b b', 'c c'].map((each) => each.split(' ') as [string, string])
      for (const [at, [path, text]] of writes.entries()) {
        git(clone.path, 'checkout', '--quiet', '--detach', base.commit)
        clone.put({ [path]: text })
        clone.commit(`work ${at}`)
        works.push((await repo.receive(clone.bundle(base.commit), `refs/swarm/work/${at}/1`)).commit)
      }
      const [one, two, b, c] = works as [string, string, string, string]
      const refs = ['refs/swarm/work/2/1', 'refs/swarm/none', c, b, 'f'.repeat(40), 'refs/swarm/work/2/1']
      expect(await repo.findEach(refs)).toEqual(await Promise.all(refs.map((ref) => repo.find(ref))))
      expect((await repo.findEach(refs)).map((each) => each?.subject)).toEqual([
        ...['work 2', undefined, 'work 3', 'work 2', undefined, 'work 2'],
      ])
      const pairs = [
        [one, b],
        [one, two],
        [b, c],
        [two, one],
        [base.commit, c],
      ].map(([ours, theirs]) => ({ ours: ours as string, theirs: theirs as string }))
      const each = await Promise.all(pairs.map(({ ours, theirs }) => repo.merge(ours, theirs)))
      expect(each.map((merge) => 'conflicts' in merge)).toEqual([false, true, false, true, false])
      expect(await repo.mergeEach(pairs)).toEqual(each)
      expect([await repo.findEach([]), await repo.mergeEach([])]).toEqual([[], []])
    })
  })

  describe(`${name}: merging around what is in conflict`, () => {
    const lines = (more: Record<number, string>) =>
      Array.from({ length: 20 }, (_, at) => `${more[at] ?? `line ${at}`}\n`).join('')

    it('keeps our lines where both changed the same ones, and theirs everywhere else', async () => {
      const { repo, base } = await begin({ a: lines({}), b: 'b\n' })
      const made = async (ref: string, files: Record<string, string>, gone: string[] = []) => {
        const clone = cloneOf(repo)
        clone.put(files)
        for (const path of gone) git(clone.path, 'rm', '--quiet', path)
        clone.commit('work')
        return (await repo.receive(clone.bundle(base.commit), ref)).commit
      }
      const ours = await made('refs/swarm/work/1/1', { a: lines({ 2: 'ours', 10: 'our ten' }) }, ['b'])
      const theirs = await made('refs/swarm/work/2/1', {
        ...{ a: lines({ 10: 'their ten', 17: 'theirs' }), b: 'theirs\n', c: 'c\n' },
      })
      const merge = await repo.mergeAround(ours, theirs)
      expect(merge).toMatchObject({ conflicts: ['b'] })
      const read = async (path: string) => (await repo.read(merge.tree, path))?.toString()
      expect(await read('a')).toBe(lines({ 2: 'ours', 10: 'our ten', 17: 'theirs' }))
      expect(await read('c')).toBe('c\n')
    })
  })
}
