/** What every Repo must do with the refs of the swarm's own, and with what they no longer reach. */
import { describe, expect, it } from 'vitest'
import { cloneOf, type RepoCase } from './repo.ts'

const never = new AbortController().signal

export function repoRefsContract(name: string, { make }: Pick<RepoCase, 'make'>): void {
  const begin = async () => {
    const repo = await make({ branch: 'main', files: { a: 'a\n' } })
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
}
