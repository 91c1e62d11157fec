import { cpSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadDriver } from '../../src/stores/sqlite/driver.ts'
import { isAlive, said, shop } from './server.ts'

const SLOW = [{ write: { file: 'slow.txt', text: 'slow' } }, { say: 'thinking' }, { pause: 120_000 }]
const UNTIL = { timeout: 60_000, interval: 200 }

describe('the life of a server', () => {
  it('starts in the background, says so when asked again, and stops', async () => {
    const { swarm, json, start, pid, folder } = await shop()
    const started = await start('--agents', '2')
    expect(started).toMatchObject({ code: 0, err: '' })
    expect(started.out).toMatch(
      /^Swarm runs at http:\/\/127\.0\.0\.1:\d+ \(process \d+\) with 2 agents on scripted\.\n/,
    )
    expect(started.out).toContain('Sandbox: process, which does NOT isolate')
    expect(started.out).toMatch(/\/login\?code=\S{20,}/)
    for (const secret of ['token', 'server.json'])
      expect(statSync(join(folder, '.swarm', secret)).mode & 0o777).toBe(0o600)
    expect(await json('status')).toMatchObject({
      server: { pid: pid() },
      agents: [{ name: 'agent-1' }, { name: 'agent-2' }],
    })
    expect(await swarm('start')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Swarm already runs at http'),
    })
    expect(await swarm('start', '--agents', '5')).toMatchObject({
      code: 1,
      err: expect.stringContaining('--agents would have no effect'),
    })
    const process = pid()
    expect(await swarm('stop')).toMatchObject({ code: 0, out: 'Stopped. No ticket was in progress.\n' })
    await expect.poll(() => isAlive(process), UNTIL).toBe(false)
    expect(await swarm('stop')).toMatchObject({ code: 0, out: 'No server is running here.\n' })
  })

  it('lets exactly one of several starts at the same moment run', async () => {
    const { start, swarm, json } = await shop()
    const starts = await Promise.all([start(), start(), start()])
    const began = starts.filter(({ code, out }) => code === 0 && out.startsWith('Swarm runs at'))
    expect(began).toHaveLength(1)
    for (const { out, err } of starts.filter((each) => each !== began[0]))
      expect(out + err).toMatch(/runs already|runs here already|just starting/)
    expect(await json('status')).toMatchObject({ server: { pid: expect.any(Number) } })
    expect(await swarm('stop')).toMatchObject({ code: 0 })
  })

  it('hands the ticket back when it is stopped, and goes on with it at the next start', async () => {
    const { start, swarm, file, status } = await shop()
    const id = await file('Slow', [
      { on: 'start', do: SLOW },
      { on: 'again', do: [{ write: { file: 'done.txt', text: 'x' } }, { say: 'Done.' }] },
    ])
    await start()
    await expect.poll(() => status(id), UNTIL).toBe('in_progress')
    expect((await swarm('stop')).out).toBe(`Stopped. Given back: #${id}.\n`)
    expect(await status(id)).toBe('open')
  })

  it('loses nothing when it is killed: the next start lands the ticket, once', async () => {
    const { start, swarm, ticket, file, status, pid, json } = await shop()
    const id = await file('Slow at first', [
      { on: 'start', attempt: 1, do: SLOW },
      { on: 'start', do: [{ write: { file: 'done.txt', text: 'x' } }, { say: 'Done.' }] },
      { on: 'again', do: [{ write: { file: 'done.txt', text: 'x' } }, { say: 'Done.' }] },
    ])
    await start()
    // Before it works there may be no sandbox yet.
    await expect.poll(async () => (await ticket('log')).out, UNTIL).toMatch(/advanced .*working/)
    process.kill(pid(), 'SIGKILL')
    await expect.poll(async () => (await json<{ server: unknown }>('status')).server, UNTIL).toBe(null)
    const again = await start()
    expect(again.code).toBe(0)
    expect(again.out).toContain('The last server crashed. Found and repaired:')
    expect(again.out).toMatch(new RegExp(`under way +#${id}: back on the ready list`))
    expect(again.out).toMatch(/sandboxes +1 ended and removed/)
    expect(await swarm('wait', '--timeout', '120')).toMatchObject({
      code: 0,
      out: 'No work is left.\n',
    })
    expect(await status(id)).toBe('done')
    const { commits } = await json<{ commits: { subject: string }[] }>('audit')
    expect(commits.map(({ subject }) => subject)).toEqual(['Begin', `ticket-${id}: Slow at first`])
  })

  it('ends one that hangs, and only that one', async () => {
    const { start, swarm, pid } = await shop()
    await start()
    const hung = pid()
    process.kill(hung, 'SIGSTOP')
    expect(await swarm('stop')).toMatchObject({
      code: 0,
      out: expect.stringContaining('It did not stop and was killed.'),
    })
    await expect.poll(() => isAlive(hung), UNTIL).toBe(false)
    expect(await start()).toMatchObject({ code: 0 })
  })

  it('stops a server of an older version, whose tickets it cannot read', async () => {
    const { start, swarm, folder, pid } = await shop()
    await start()
    const old = pid()
    const database = loadDriver().open(join(folder, '.swarm/tickets/tickets.db'))
    database.exec('UPDATE schema_version SET version = version - 1')
    database.close()
    expect((await swarm('status')).code).toBe(0)
    expect(await swarm('stop')).toMatchObject({
      code: 0,
      out: 'Stopped. Tickets in progress were given back.\n',
    })
    await expect.poll(() => isAlive(old), UNTIL).toBe(false)
  })

  it('takes no other process for its own', async () => {
    const { swarm, folder, json } = await shop()
    const record = { pid: process.pid, port: 1, startedAt: 1, version: '0' }
    writeFileSync(join(folder, '.swarm/server.json'), JSON.stringify(record))
    writeFileSync(join(folder, '.swarm/server.lock'), '')
    expect(await json('status')).toMatchObject({ server: null })
    expect((await swarm('stop')).out).toBe('No server is running here.\n')
  })

  it.each([
    ['removed', (lock: string) => rmSync(lock)],
    ['replaced', (lock: string) => cpSync(lock, `${lock}.copy`) ?? renameSync(`${lock}.copy`, lock)],
  ])('hands its tickets back and ends when its lock was %s, and says so', async (what, lose) => {
    const { start, pid, file, status, read, folder } = await shop()
    const id = await file('Slow', [{ on: 'start', do: SLOW }])
    await start()
    const first = pid()
    await expect.poll(() => status(id), UNTIL).toBe('in_progress')
    lose(join(folder, '.swarm/server.lock'))
    await expect.poll(() => isAlive(first), UNTIL).toBe(false)
    expect(read('.swarm/server.log')).toContain(`server.lock was ${what}: this server ends`)
    expect(read('.swarm/server.json')).toBe(null)
    expect(await status(id)).toBe('open')
  })

  it('leaves the record of a server that took its place', async () => {
    const { start, pid, json, folder } = await shop()
    await start()
    const first = pid()
    process.kill(first, 'SIGSTOP')
    rmSync(join(folder, '.swarm/server.lock'))
    expect(await start()).toMatchObject({ code: 0 })
    const second = pid()
    process.kill(first, 'SIGCONT')
    await expect.poll(() => isAlive(first), UNTIL).toBe(false)
    expect(await json('status')).toMatchObject({ server: { pid: second } })
  })

  it('keeps what it had while its settings are gone or empty, and says so in its log and in status', async () => {
    const { start, json, swarm, read, folder } = await shop()
    const path = join(folder, '.swarm/config.json')
    writeFileSync(path, '{ "agents": 1, "day_budget": 5 }')
    await start()
    const kept = read('.swarm/config.json')!
    for (const [spoil, sentence] of [
      [() => rmSync(path), 'config.json is missing'],
      [() => writeFileSync(path, ''), 'it is empty'],
    ] as const) {
      spoil()
      await expect.poll(() => read('.swarm/server.log'), UNTIL).toContain(sentence)
      expect(await json('status')).toMatchObject({
        agents: [{ name: 'agent-1' }],
        mistake: expect.stringContaining(sentence),
      })
      expect((await swarm('status')).out).toContain('The server keeps the last valid settings.')
    }
    writeFileSync(path, kept)
    await expect.poll(() => read('.swarm/server.log'), UNTIL).toContain('Settings reloaded')
  })

  it('runs in the foreground until Ctrl-C', async () => {
    const { spawn, json } = await shop()
    const server = spawn('start', '--foreground', '--harness', 'scripted', '--port', '0')
    const ended = said(server)
    await expect
      .poll(
        async () => (await json<{ server: unknown }>('status').catch(() => ({ server: null }))).server,
        UNTIL,
      )
      .not.toBe(null)
    server.kill('SIGINT')
    const { code, out } = await ended
    expect(code).toBe(0)
    expect(out).toMatch(/In a browser[\s\S]*stopped\n$/)
  })
})

describe('a start that fails', () => {
  it('says why in a sentence and leaves nothing running', async () => {
    const { swarm, json, start } = await shop()
    const busy = createServer()
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve))
    const { port } = busy.address() as { port: number }
    try {
      expect(await start('--port', String(port))).toMatchObject({
        code: 1,
        err: `Port ${port} is used by another program; choose another one with --port.\n`,
      })
      expect(await swarm('start', '--agents', 'many')).toMatchObject({
        code: 1,
        err: '--agents must be a whole number from 0 to 64, not "many".\n',
      })
      expect(await swarm('start', '--harness', 'claude')).toMatchObject({
        code: 1,
        err: expect.stringMatching(/^Claude Code .*\n$/),
      })
      expect(await json('status')).toMatchObject({ server: null })
    } finally {
      busy.close()
    }
  })

  it('takes the next port when nobody insisted on one', async () => {
    const { json, folder } = await shop()
    const busy = createServer()
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve))
    const { port } = busy.address() as { port: number }
    try {
      writeFileSync(
        join(folder, '.swarm/config.json'),
        JSON.stringify({ monitor_port: port, harness: 'scripted' }),
      )
      const started = await json<{ url: string; instead_of_port: number }>('start')
      expect(started.instead_of_port).toBe(port)
      expect(started.url).not.toContain(`:${port}`)
    } finally {
      busy.close()
    }
  })
})
