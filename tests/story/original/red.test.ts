import { expect, it, vi } from 'vitest'
import { swarm } from '../swarm.ts'

// Dozens of attempts in real checkouts, on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000 })

const write = (file: string, text = 'fine\n') => ({ write: { file, text } })
const COMMIT = 'git add -A && git commit -qm wip'

it('lands what is in the checkout, and no other branch that the agent has left behind', () =>
  swarm(async (s) => {
    await s.file('Try two ways', [
      { run: `git checkout -q -b dead-end && echo BUG > dead.txt && ${COMMIT}` },
      { run: 'git checkout -q -b spike HEAD~1' },
      write('spike.txt', 'BUG\n'),
      { run: `${COMMIT} && git checkout -q -b chosen HEAD~1` },
      write('good.txt'),
    ])
    await s.settle()
    expect(await s.main()).toEqual(['ticket-1: Try two ways'])
    expect((await s.tree()).map((line) => line.split(' ')[1])).toEqual(['README.md', 'good.txt', 'verify.sh'])
  }))

it('finds conflict markers in a file whose name has spaces, and names it whole', () =>
  swarm(
    async (s) => {
      const id = await s.file('Leave markers', [
        write('a file.txt', '<<<<<<< ours\none\n=======\ntwo\n>>>>>>> theirs\n'),
      ])
      await s.settle()
      expect(await s.main()).toEqual([])
      expect((await s.attempts(id))[0]?.reason).toContain('a file.txt contains conflict markers')
    },
    { settings: { verifyRetries: 0 } },
  ))
