/** The interviewer's tool, as its harness talks to it: lines of JSON-RPC. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'

const PROGRAM = resolve('dist/interview-mcp.mjs')

function server() {
  const folder = mkdtempSync(join(tmpdir(), 'swarm-mcp-'))
  const outcome = join(folder, 'outcome.json')
  const child = spawn(process.execPath, [PROGRAM, outcome], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    child.kill()
    rmSync(folder, { recursive: true, force: true })
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async (method: string, params: object = {}) => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })}\n`)
    return JSON.parse((await lines.next()).value)
  }
  const end = async (args: unknown) =>
    (await ask('tools/call', { name: 'end_interview', arguments: args })).result as {
      content: { text: string }[]
      isError: boolean
    }
  return {
    ask,
    end,
    say: (line: string) => child.stdin.write(`${line}\n`),
    write: (path: string) => writeFileSync(join(folder, path), 'x\n'),
    outcome: () => (existsSync(outcome) ? JSON.parse(readFileSync(outcome, 'utf8')) : null),
    ended: () => {
      child.stdin.end()
      return new Promise((done) => child.once('exit', done))
    },
  }
}

const TICKETS = [{ title: 'Add tests', description: 'Of the till.' }]

it('offers one tool, and knows nothing else', async () => {
  const { ask, say, ended } = server()
  expect((await ask('initialize', { protocolVersion: '2025-03-26' })).result).toMatchObject({
    protocolVersion: '2025-03-26',
    serverInfo: { name: 'swarm' },
  })
  say('{"jsonrpc":"2.0","method":"notifications/initialized"}')
  say('this is no JSON')
  const { tools } = (await ask('tools/list')).result
  expect(tools).toHaveLength(1)
  expect(tools[0]).toMatchObject({ name: 'end_interview', inputSchema: { required: ['tickets'] } })
  expect((await ask('ping')).result).toEqual({})
  expect((await ask('resources/list')).error.code).toBe(-32601)
  expect((await ask('tools/call', { name: 'other', arguments: {} })).error.code).toBe(-32602)
  expect(await ended()).toBe(0)
})

it('ends the interview when both files are written, and hands over the tickets', async () => {
  const { end, write, outcome } = server()
  expect(await end({ tickets: TICKETS })).toMatchObject({
    isError: true,
    content: [{ text: 'Write PROJECT.md and verify.sh first, then end the interview.' }],
  })
  write('PROJECT.md')
  write('verify.sh')
  expect(outcome()).toBeNull()
  expect((await end({ tickets: TICKETS })).isError).toBe(false)
  expect(outcome()).toEqual({ tickets: [{ ...TICKETS[0], after: [] }] })
})

it.each([
  [{ tickets: [{ title: '', description: '' }] }, 'title'],
  [
    { tickets: [{ title: 'A', description: 'a', after: [1] }] },
    'Ticket 1 waits for one that is not before it',
  ],
  [{ tickets: [{ title: 'A', description: 'a', owner: 'me' }] }, 'owner'],
  [{}, 'tickets'],
])('says what is wrong with %j, so that the model can mend it', async (args, sentence) => {
  const { end, write, outcome } = server()
  write('PROJECT.md')
  write('verify.sh')
  const { isError, content } = await end(args)
  expect([isError, content[0]!.text]).toEqual([true, expect.stringContaining(sentence)])
  expect(outcome()).toBeNull()
})
