/** A path that git refuses to take: told to the agent as what stands against landing; the rest is kept. */
import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, it, vi } from 'vitest'
import { failed, pretended, well } from './pretended.ts'
import { swarm } from './swarm.ts'

vi.setConfig({ testTimeout: 60_000 })

const run = (command: string) => ({ run: command })
const write = (file: string, text = 'fine\n') => ({ write: { file, text } })
const script = (start: object[], asked: object[] = []) => [
  { on: 'start', do: start },
  { on: 'asked', do: asked },
]
const files = { 'kept.txt': 'kept\n' }

const WAYS: [what: string, breaks: string, told: string, mends: string][] = [
  ['a pipe in place of a tracked file', 'rm kept.txt; mkfifo kept.txt', 'kept.txt is a pipe', 'rm kept.txt'],
  [
    'a socket in place of a tracked file',
    `rm kept.txt; node -e "require('net').createServer().listen('kept.txt', () => process.kill(process.pid, 9))" || :`,
    'kept.txt is a pipe, a socket',
    'rm kept.txt',
  ],
  ['a name that git refuses', "echo x > 'git~1'", 'git~1 has a name that git refuses', "rm 'git~1'"],
]

it.each(WAYS)('asks an agent to mend %s, and lands the rest with it', (_, breaks, told, mends) =>
  swarm(
    async (s) => {
      const id = await s.file('Odd', script([write('mine.txt'), run(breaks)], [run(mends)]))
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Odd'])
      expect(await s.tree()).toContain('100644 mine.txt')
      const [attempt, ...others] = await s.attempts(id)
      expect(others).toEqual([])
      const shown = await s.world.transcripts.read(attempt!.transcript!, 0, 1_000_000)
      expect(shown?.text).toContain(told)
    },
    { files },
  ),
)

it.each(WAYS)('sends %s back with what git refuses, and keeps the rest', (_, breaks, told) =>
  swarm(
    async (s) => {
      const id = await s.file('Odd', script([write('mine.txt'), run(breaks)]))
      await s.tick()
      const [attempt] = await s.attempts(id)
      expect(attempt?.reason).toMatch(/^gate red: Git refuses a part of the work:\n/)
      expect(attempt?.reason).toContain(told)
      expect((await s.world.repo.read(attempt!.work!, 'mine.txt'))?.toString()).toBe('fine\n')
    },
    { files, settings: { verifyRetries: 0 } },
  ),
)

it('takes a nested repository without commits for work that lies beside, and an empty one for nothing', () =>
  swarm(async (s) => {
    const nests = 'git init -q empty && git init -q part && echo fine > part/mine.txt'
    const id = await s.file('Nested', script([write('fit.txt'), run(nests)], [run('rm -rf part/.git')]))
    await s.settle()
    const tree = ['100644 README.md', '100644 fit.txt', '100644 part/mine.txt', '100755 verify.sh']
    expect(await s.tree()).toEqual(tree)
    const log = (await s.log(id)).join('\n')
    expect(log).toContain('the nested repository part')
    expect(log).not.toContain('the nested repository empty')
  }))

it('keeps the rest beside an agent at work, too', () => {
  const found: string[] = []
  const harness = pretended(async ({ sandbox, attempt, signal }) => {
    const does = async (script: string) => (await sandbox.exec(['sh', '-euc', script], { signal })).output
    if (attempt > 1) {
      found.push(await does('cat mine.txt; git show beside/1:part/mine.txt'))
      await does('git commit -qm mine; git merge -q beside/1')
      return well()
    }
    await does('echo fine > mine.txt; mkfifo odd; rm README.md; mkfifo README.md')
    await does('git init -q part; echo nested > part/mine.txt')
    clock.turn(120_000)
    await expect.poll(async () => await kept(), { timeout: 20_000 }).toBeTruthy()
    rmSync(dirname(sandbox.checkout), { recursive: true })
    return failed('infrastructure', 'It was killed.')
  })
  let clock: { turn(ms: number): void }
  let kept: () => Promise<unknown>
  return swarm(
    async (s) => {
      clock = s.clock
      kept = async () => (await s.attempts(1))[0]?.work
      await s.file('Odd', [])
      await s.tick()
      s.clock.turn(60_000)
      await s.settle()
      expect(found).toEqual(['fine\nnested\n'])
      expect(await s.tree()).toContain('100644 part/mine.txt')
    },
    { settings: { saveInterval: 120 }, with: () => ({ harness }) },
  )
})
