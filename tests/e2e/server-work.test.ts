import { describe, expect, it } from 'vitest'
import { readBack } from '../../src/stores/sqlite/online.ts'
import { said, shop } from './server.ts'

const SLOW = [{ write: { file: 'slow.txt', text: 'slow' } }, { say: 'thinking' }, { pause: 120_000 }]
const UNTIL = { timeout: 60_000, interval: 200 }
const adds = (file: string) => [{ write: { file, text: 'hello\n' } }, { say: `Wrote ${file}.` }]

describe('a swarm at work', () => {
  it('lands tickets, which come with a pull and stand up to an audit', async () => {
    const { start, swarm, file, json, read } = await shop()
    const one = await file('Add one', adds('src/one.txt'))
    const two = await file('Add two', adds('src/two.txt'))
    await start('--agents', '2')
    expect(await swarm('wait', '--timeout', '120')).toMatchObject({ code: 0 })
    const audit = await json<{ all_green: boolean; commits: { ticket: number; before_swarm: boolean }[] }>(
      'audit',
    )
    expect(audit.all_green).toBe(true)
    expect(audit.commits.map(({ ticket }) => ticket).sort()).toEqual([one, two, null].sort())
    expect(await swarm('audit', '--rerun')).toMatchObject({
      code: 0,
      out: expect.stringContaining('2 landed commits verified again, all green.'),
    })
    expect(await swarm('pull')).toMatchObject({ code: 0, out: expect.stringContaining('Brought 2 commits') })
    expect(read('src/one.txt')).toBe('hello\n')
    expect((await swarm('logs', 'agent-1')).out).toContain('▸ write')
    expect((await swarm('logs', 'gate')).out).toMatch(/green after/)
    expect((await swarm('logs', 'server')).out).toContain('runs at http')
    await swarm('stop')
    expect(await json('audit')).toMatchObject({ all_green: true })
  })

  it('brings each landing by itself while one watches, long before the interval', async () => {
    const { start, spawn, file, read } = await shop()
    await start()
    const watching = spawn('watch', '--interval', '3600')
    const ended = said(watching)
    await new Promise((resolve) => watching.stdout?.once('data', resolve))
    await file('Add one', adds('src/one.txt'))
    await expect.poll(() => read('src/one.txt'), UNTIL).toBe('hello\n')
    watching.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 0, out: expect.stringContaining('Brought 1 commit'), err: '' })
  })

  it('waits no longer than it should, and says whose turn it is', async () => {
    const { start, swarm, file, ticket } = await shop()
    const id = await file('Slow', SLOW)
    expect(await swarm('wait')).toMatchObject({
      code: 1,
      err: '1 ticket is left for agents, but no server is running. First: swarm start.\n',
    })
    await start()
    expect(await swarm('wait', '--timeout', '1')).toMatchObject({
      code: 4,
      out: `Timed out. Unfinished: #${id}.\n`,
    })
    const question = (await ticket('create', 'Which colour?', '--assign', 'human')).out.trim()
    await ticket('block', String(id), '--by', question)
    expect(await swarm('wait', '--timeout', '60')).toMatchObject({
      code: 3,
      out: `The rest waits for you: #${question}, and for that #${id}. See: swarm inbox.\n`,
    })
  })

  it('loses no setting when several are changed at once', async () => {
    const { swarm, read } = await shop()
    const changes = [
      'max_turns',
      'hang_timeout',
      'verify_timeout',
      'attempt_timeout',
      'min_free',
      'memory_mb',
    ]
    const said = await Promise.all(changes.map((name) => swarm('config', 'set', name, '4100')))
    expect(said.map(({ code, err }) => [code, err])).toEqual(changes.map(() => [0, '']))
    for (const name of changes) expect(read('.swarm/config.json')).toContain(`"${name}": 4100`)
  })

  it('takes several backups at once, each whole and under a name of its own', async () => {
    const { ticket, json } = await shop()
    await ticket('create', 'One')
    const taken = await Promise.all([1, 2, 3, 4].map(() => json<{ path: string; tickets: number }>('backup')))
    expect(new Set(taken.map(({ path }) => path)).size).toBe(4)
    for (const { path } of taken) expect(await readBack(path)).toBe(1)
  })

  it('follows the log of an agent, also when another process files the ticket', async () => {
    const { start, spawn, file } = await shop()
    await start('--agents', '1')
    const following = spawn('logs', 'agent-1', '-f')
    let seen = ''
    following.stdout?.on('data', (chunk) => {
      seen += chunk
    })
    const ended = said(following)
    await file('Add one', adds('src/one.txt'))
    await expect.poll(() => seen, UNTIL).toContain('Wrote src/one.txt.')
    await file('Add two', adds('src/two.txt'))
    await expect.poll(() => seen, UNTIL).toContain('Wrote src/two.txt.')
    following.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 0, err: '' })
  })

  it('grows and shrinks while it runs, and remembers', async () => {
    const { start, swarm, json, read, write } = await shop()
    await start()
    expect((await swarm('scale', '3')).out).toBe('3 agents now; busy agents finish first.\n')
    expect((await json<{ agents: unknown[] }>('status')).agents).toHaveLength(3)
    await swarm('scale', '2')
    expect((await json<{ agents: unknown[] }>('status')).agents).toHaveLength(2)
    expect(read('.swarm/config.json')).toContain('"agents": 2')
    write('.swarm/config.json', '{ "agents": 4 }')
    await expect.poll(async () => (await json<{ agents: unknown[] }>('status')).agents, UNTIL).toHaveLength(4)
  })
})
