import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { run } from '../../src/cli/ticket/run.ts'
import { agentApi, allowance, type RunTicket } from '../../src/gateway/agent-api.ts'
import { Trouble } from '../../src/ports/trouble.ts'
import { echo, raw, type Served, served, withWork } from './api-server.ts'

const CLIENT = join(import.meta.dirname, '../../templates/ticket-client.sh')
const ATTEMPT = { ticket: 1, attempt: 1, agent: 'agent-1', reach: 'loopback' as const, tell: () => {} }

async function opened(on: Served, attempt: Partial<typeof ATTEMPT> = {}) {
  const gateway = await on.gateway.open({ ...ATTEMPT, ...attempt })
  onTestFinished(gateway.close)
  return gateway
}

interface Ran {
  code: number
  stdout: string
  stderr: string
}

interface Call {
  env: Record<string, string>
  input?: string
}

/** A folder for PATH with only these programs of this machine. */
async function pathWith(programs: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'path-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const found = await Promise.all(programs.map(async (name) => [name, await which(name)] as const))
  for (const [name, path] of found) await symlink(path, join(folder, name))
  return folder
}

const which = (name: string) =>
  name === 'node'
    ? Promise.resolve(process.execPath)
    : new Promise<string>((resolve, reject) => {
        execFile('sh', ['-c', `command -v ${name}`], (error, out) =>
          error ? reject(error) : resolve(out.trim()),
        )
      })

/** `ticket` as a program of a sandbox. */
function ticket(args: string[], { env, input }: Call): Promise<Ran> {
  return new Promise((resolve) => {
    const sh = execFile('/bin/sh', [CLIENT, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    )
    sh.stdin?.on('error', () => undefined).end(input)
  })
}

async function sandboxEnv(on: Served, programs: string[]): Promise<Record<string, string>> {
  return { ...(await opened(on)).env, PATH: await pathWith(programs) }
}

const hostile = [
  `it's "quoted" and \\escaped\\ $(touch /tmp/never) \`x\` $HOME %s %n`,
  'two\nlines\n\n\ttab and trailing newlines\n\n',
  'Grüße, 世界 🎉 \u202e',
  '@/etc/passwd',
  '--data=@x&arg=y;#',
  '',
  ' ',
  '-n',
  '\\0101\\c',
]

describe.each([
  ['curl', ['curl', 'cat']],
  ['node', ['node', 'cat']],
])('the ticket program of a sandbox that has %s', (_, programs) => {
  it('hands every argument over unchanged', async () => {
    const on = await served()
    const { code, stdout, stderr } = await ticket(hostile, { env: await sandboxEnv(on, programs) })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({ argv: hostile, by: 'agent-1', stdin: '' })
  })

  it('hands over no arguments at all', async () => {
    const on = await served()
    const { stdout } = await ticket([], { env: await sandboxEnv(on, programs) })
    expect(JSON.parse(stdout)).toEqual({ argv: [], by: 'agent-1', stdin: '' })
  })

  it('hands over a long argument, and reads its input only for an argument that is a dash', async () => {
    const on = await served()
    const env = await sandboxEnv(on, programs)
    const long = 'ä"\n'.repeat(30_000)
    const read = await ticket(['create', long, '-'], { env, input: `${long}\0` })
    expect(JSON.parse(read.stdout)).toEqual({
      argv: ['create', long, '-'],
      by: 'agent-1',
      stdin: `${long}\0`,
    })
    const unread = await ticket(['create', '-x', 'a-'], { env, input: 'never read' })
    expect(JSON.parse(unread.stdout)).toMatchObject({ stdin: '' })
  })

  it('says that the input is too long', async () => {
    const on = await served()
    const env = await sandboxEnv(on, programs)
    expect(await ticket(['comment', '1', '-'], { env, input: 'x'.repeat(4 * 1024 * 1024) })).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: 'A command with its input is at most 1 MiB long.\n',
    })
  })

  it('prints both outputs as they are, and exits as the command did', async () => {
    const said = { stdout: '\n  out \\n %s\n\nno newline', stderr: '\n  one\\n\n\ntwo %s\n', code: 2 }
    const on = await served({}, async () => said)
    expect(await ticket(['list'], { env: await sandboxEnv(on, programs) })).toEqual(said)
  })

  it('prints a long answer whole', async () => {
    const stdout = '0123456789abcdef\n'.repeat(60_000)
    const on = await served({}, async () => ({ stdout, stderr: 'x\n'.repeat(200), code: 0 }))
    const ran = await new Promise<Ran>((resolve) => {
      void sandboxEnv(on, programs).then((env) =>
        execFile('/bin/sh', [CLIENT, 'list'], { env, maxBuffer: 2 ** 22 }, (error, out, err) =>
          resolve({ code: error ? 1 : 0, stdout: out, stderr: err }),
        ),
      )
    })
    expect(ran).toEqual({ code: 0, stdout, stderr: 'x\n'.repeat(200) })
  })

  it('says that the attempt is over', async () => {
    const on = await served()
    const [over, other] = [await opened(on), await opened(on)]
    const env = { ...other.env, SWARM_TOKEN: over.env.SWARM_TOKEN!, PATH: await pathWith(programs) }
    expect(await ticket(['list'], { env })).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: 'This attempt is over, or this is not its token. The swarm no longer accepts its commands.\n',
    })
  })

  it('says that the swarm cannot be reached', async () => {
    const gateway = await opened(await served())
    const env: Record<string, string> = { ...gateway.env, PATH: await pathWith(programs) }
    await gateway.close()
    expect(await ticket(['list'], { env })).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: `The swarm cannot be reached at ${env.SWARM_API}; try again in a moment.\n`,
    })
  })

  it('goes through no proxy', async () => {
    const on = await served()
    const env = {
      ...(await sandboxEnv(on, programs)),
      http_proxy: 'http://127.0.0.1:9',
      ALL_PROXY: 'http://127.0.0.1:9',
    }
    expect(await ticket(['list'], { env })).toMatchObject({ code: 0 })
  })
})

it('says what a sandbox must have', async () => {
  const on = await served()
  expect(await ticket(['list'], { env: await sandboxEnv(on, ['cat']) })).toMatchObject({
    ...{ code: 1, stderr: "'ticket' needs curl or node in the sandbox, to reach the swarm.\n" },
  })
  expect(await ticket(['list'], { env: { PATH: await pathWith(['cat']) } })).toMatchObject({
    ...{
      code: 1,
      stderr: "SWARM_API and SWARM_TOKEN are not set: this 'ticket' works only in a sandbox of swarm.\n",
    },
  })
})

it('never puts its token among the arguments of a program', async () => {
  const on = await served()
  const gateway = await opened(on)
  const folder = await pathWith(['cat'])
  const seen = join(folder, 'seen')
  await mkdir(join(folder, 'real'))
  await symlink(await which('curl'), join(folder, 'real', 'curl'))
  await writeFile(
    join(folder, 'curl'),
    `#!/bin/sh\nprintf '%s\\n' "$@" >'${seen}'\nexec '${folder}/real/curl' "$@"\n`,
  )
  await chmod(join(folder, 'curl'), 0o755)
  expect(await ticket(['list'], { env: { ...gateway.env, PATH: folder } })).toMatchObject({ code: 0 })
  const args = await readFile(seen, 'utf8')
  expect(args).toContain('/agent/ticket')
  expect(args).not.toContain(gateway.env.SWARM_TOKEN)
})

it('gives each attempt a token of its own, which ends with it', async () => {
  const on = await served()
  const [first, second] = [await opened(on), await opened(on, { ticket: 2, attempt: 3, agent: 'agent-2' })]
  const as = async (at: Record<string, string>, { SWARM_TOKEN }: Record<string, string>) => {
    const call = { method: 'POST', headers: { authorization: `Bearer ${SWARM_TOKEN}` }, body: '0\n' }
    const { status, body } = await raw(`${at.SWARM_API}/ticket`, call)
    return status === 200 ? JSON.parse(body.slice(4)).by : status
  }
  expect(await as(first.env, first.env)).toBe('agent-1')
  expect(await as(second.env, second.env)).toBe('agent-2')
  for (const token of [second.env.SWARM_TOKEN!, '', 'x', `${first.env.SWARM_TOKEN}x`])
    expect(await as(first.env, { SWARM_TOKEN: token })).toBe(401)
  await first.close()
  await first.close()
  await expect(as(first.env, first.env)).rejects.toThrow('ECONNREFUSED')
  expect(await as(second.env, second.env)).toBe('agent-2')
})

it('answers broken calls, trouble and bugs in the same frame', async () => {
  const asked = async (body: string, runTicket: RunTicket = echo) => {
    const on = await served({}, runTicket)
    const { env } = await opened(on)
    const headers = { authorization: `Bearer ${env.SWARM_TOKEN}` }
    const { status, body: answer } = await raw(`${env.SWARM_API}/ticket`, { method: 'POST', headers, body })
    return [status, answer]
  }
  const broken = [400, '1 1\nInvalid call.\n']
  for (const body of ['', 'list', 'x\nlist\0', '2\nlist\0', '-1\n', '1000\n', '99999999999\n', '1\nno end'])
    expect([body, ...(await asked(body))]).toEqual([body, ...broken])
  const trouble = () => Promise.reject(new Trouble('disk', 'The disk is full.'))
  expect(await asked('0\n', trouble)).toEqual([503, '1 1\nThe disk is full.\n'])
  const bug = () => Promise.reject(new Error('secret'))
  expect(await asked('0\n', bug)).toEqual([
    500,
    '1 1\nInternal error in swarm. A person can see it in the log.\n',
  ])
})

it('takes so much of one attempt and no more, and says so', async () => {
  let ran = 0
  const refused: string[] = []
  const actor = { kind: 'agent' as const, name: 'agent-1', ticket: 1, attempt: 1 }
  const app = agentApi({
    ...{ actor, note: () => {}, refused: (_, sentence) => void refused.push(sentence) },
    runTicket: async () => {
      ran++
      return { stdout: '', stderr: '', code: 0 }
    },
  })
  const body = `2\ncomment\0${'x'.repeat(1024 * 1024 - 11)}\0`
  const ask = async () => (await app.request('/agent/ticket', { method: 'POST', body })).text()
  for (let asked = 0; asked < 64; asked++) expect(await ask()).toBe('0 0\n')
  expect(await ask()).toMatch(/^1 1\nThis attempt has reached its limit of commands .+\n$/)
  expect([ran, refused.length]).toEqual([64, 1])
})

it('counts the shortest command for more than it is', () => {
  const isTaken = allowance()
  for (let command = 0; command < 8192; command++) expect(isTaken(10)).toBe(true)
  expect(isTaken(10)).toBe(false)
})

it('lets an agent work on its ticket with the same commands that a person has', async () => {
  const on = await withWork(await served({}, (argv, actor, stdin) => real(argv, actor, stdin)))
  const real: RunTicket = async (argv, actor, stdin) => {
    const said = { stdout: '', stderr: '' }
    const code = await run(argv, {
      actor,
      records: async () => on.server.records,
      write: (text) => {
        said.stdout += text
      },
      writeError: (text) => {
        said.stderr += text
      },
      readStdin: async () => stdin,
      ...{ isTty: false, columns: 80 },
    })
    return { ...said, code }
  }
  const env = await sandboxEnv(on, ['curl', 'cat'])
  const description = `"It's"\n${'long '.repeat(20_000)}`
  const created = await ticket(['create', 'Sort the "results"', '--description', '-'], {
    env,
    input: description,
  })
  const note = expect.stringMatching(/^This description has 100,007 characters\. Agents get its first /)
  expect(created).toEqual({ code: 0, stdout: '2\n', stderr: note })
  expect(await on.client.ticket(2)).toMatchObject({ title: 'Sort the "results"', created_by: 'agent-1' })
  expect((await on.client.ticket(2)).description?.trim()).toBe(description.trim())
  await ticket(['comment', '1', 'Half of it works'], { env })
  expect((await on.client.ticket(1)).comments).toMatchObject([
    { author: 'agent-1', body: 'Half of it works' },
  ])
  expect(await ticket(['comment', '2', 'x'], { env })).toMatchObject({
    ...{ code: 1, stderr: 'agent-1 works on ticket 1 and may not comment ticket 2.\n' },
  })
})
