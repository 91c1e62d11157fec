/** What every Repo must do with files that are asked for by the ids of their content. */
import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cloneOf, type RepoCase } from './repo.ts'

export function repoPourContract(name: string, { make }: Pick<RepoCase, 'make'>): void {
  describe(`${name}: files by their ids`, () => {
    it('come in the order asked, however many and however long', async () => {
      const repo = await make({ branch: 'main', files: { 'kept.txt': 'kept\n', gone: 'gone\n' } })
      const [clone, base] = [cloneOf(repo), await repo.tip()]
      const long = Buffer.alloc(300_000, 'x blob 3\nabc missing\n')
      clone.put({ long, empty: '', 'kept.txt': 'changed\n' })
      symlinkSync('kept.txt', join(clone.path, 'link'))
      rmSync(join(clone.path, 'gone'))
      clone.commit('work')
      const work = await repo.receive(clone.bundle(base.commit), 'refs/swarm/work')
      const changes = await repo.changes(base.commit, work.commit)
      const of = (path: string) => changes.find((each) => each.path === path)!
      const asked = [of('link').newId, of('long').newId, of('kept.txt').oldId, of('empty').newId]
      const poured: [string, string][] = []
      await repo.pour([...asked, of('gone').oldId, of('kept.txt').newId], (id, piece) => {
        const last = poured.at(-1)
        const text = Buffer.from(piece).toString()
        if (last?.[0] === id) last[1] += text
        else poured.push([id, text])
      })
      expect(poured.map(([, text]) => text)).toEqual([
        'kept.txt',
        long.toString(),
        'kept\n',
        '',
        'gone\n',
        'changed\n',
      ])
      expect(poured.slice(0, 4).map(([id]) => id)).toEqual(asked)
      await repo.pour([], () => expect.unreachable())
    })
  })
}
