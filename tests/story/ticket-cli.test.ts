/** The program `ticket` from outside: processes, pipes, variables and folders. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { file } from '../../src/life/tickets/file.ts'
import { openSqlite } from '../../src/stores/sqlite/store.ts'
import { type Program, start, ticketProgram } from '../contracts/ticket-cli-program.ts'

let program: Program
let folder: string

beforeAll(async () => {
  program = await ticketProgram()
})
afterAll(() => program.remove())
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ticket-program-')))
})
afterEach(() => rmSync(folder, { recursive: true }))

const ticket = (...args: string[]) => program.run(args, { cwd: folder })

/** Files many tickets without a process for each. */
async function filed(count: number, title = 'Add a part'): Promise<void> {
  const store = await openSqlite({ path: join(folder, 'tickets.db'), create: true })
  const clock = { now: Date.now, monotonic: Date.now, sleep: async () => {} }
  for (let number = 1; number <= count; number++)
    await file({ store, clock }, { title }, { kind: 'person', name: 'human' })
  await store.close()
}

describe('the program ticket', () => {
  it('ends with 0, 1 or 2', async () => {
    await ticket('migrate')
    expect(await ticket('create', 'Add search')).toEqual({ code: 0, out: '1\n', err: '' })
    expect(await ticket('show', '9')).toEqual({ code: 1, out: '', err: 'Ticket 9 not found.\n' })
    expect(await ticket('shwo')).toMatchObject({ code: 2, out: '' })
    expect(await ticket()).toMatchObject({ code: 2, out: '' })
  })

  it('reads standard input, however long', async () => {
    await ticket('migrate')
    const stdin = 'ü'.repeat(100_000)
    await program.run(['create', 'Long', '--description', '-'], { cwd: folder, stdin })
    expect(JSON.parse((await ticket('show', '1', '--format', 'json')).out).description).toBe(stdin)
  })

  it('does not mind a reader who goes away', async () => {
    await filed(600, 'x'.repeat(250))
    const command = `"${process.execPath}" "${program.path}" list | head -n 1; echo "\${PIPESTATUS[0]}"`
    const { out, err } = await start('bash', ['-c', command], { cwd: folder })
    expect(err).toBe('')
    expect(out).toMatch(/^ {3}ID .*\n0\n$/)
  })

  it('writes all of it into a pipe that is read slowly', async () => {
    await filed(600, 'x'.repeat(250))
    const command = `"${process.execPath}" "${program.path}" list | { sleep 0.3; wc -l; }`
    const { out, err } = await start('bash', ['-c', command], { cwd: folder })
    expect({ out: out.trim(), err }).toEqual({ out: '602', err: '' })
  })
})

describe('the database', () => {
  it('must be there', async () => {
    const err = "Error: Database not initialized. Run 'ticket migrate' first.\n"
    expect(await ticket('list')).toEqual({ code: 1, out: '', err })
    writeFileSync(join(folder, 'tickets.db'), '')
    expect(await ticket('list')).toEqual({ code: 1, out: '', err })
  })

  it('is named by --db, before the command or after it', async () => {
    expect((await ticket('--db', 'new/folder/a.db', 'migrate')).code).toBe(0)
    expect((await ticket('create', 'X', '--db', 'new/folder/a.db')).out).toBe('1\n')
    expect((await ticket('--db=new/folder/a.db', 'count')).out).toBe('1\n')
  })

  it('is named by TICKET_DB, which --db overrides', async () => {
    const env = { TICKET_DB: join(folder, 'a.db') }
    await program.run(['migrate'], { cwd: folder, env })
    await program.run(['create', 'X'], { cwd: folder, env })
    await ticket('--db', 'b.db', 'migrate')
    expect((await program.run(['count'], { cwd: folder, env })).out).toBe('1\n')
    expect((await program.run(['count', '--db', 'b.db'], { cwd: folder, env })).out).toBe('0\n')
  })

  it('is the one of the swarm whose project we are in', async () => {
    await ticket('--db', '.swarm/tickets/tickets.db', 'migrate')
    const cwd = join(folder, 'src', 'deep')
    mkdirSync(cwd, { recursive: true })
    expect((await program.run(['create', 'X'], { cwd })).out).toBe('1\n')
    expect((await ticket('count')).out).toBe('1\n')
  })

  it('says in one sentence when it is none', async () => {
    writeFileSync(join(folder, 'tickets.db'), 'something else '.repeat(1000))
    const { code, out, err } = await ticket('list')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err.trim().split('\n')).toEqual(['The file is not a database.'])
    expect(await ticket('migrate', '--db', 'tickets.db/below')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^.+\n$/),
    })
  })
})

it('claims each ticket once, however many claim at the same time', { timeout: 120_000 }, async () => {
  await filed(50)
  const claims = Array.from({ length: 64 }, (_, number) =>
    ticket('claim-next', '--agent', `agent-${number}`, '--format', 'json'),
  )
  const ended = await Promise.all(claims)
  expect(ended.map(({ err }) => err).join('')).toBe('')
  const won = ended.filter(({ code }) => code === 0).map(({ out }) => JSON.parse(out).id)
  expect(won.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, number) => number + 1))
  expect(ended.filter(({ code }) => code === 1)).toHaveLength(14)
})

describe('completion', () => {
  /** What bash would offer for the last of the words. */
  async function offered(...words: string[]): Promise<string[]> {
    const quoted = words.map((word) => `'${word}'`).join(' ')
    const script = `source ./completion; COMP_WORDS=(ticket ${quoted}); COMP_CWORD=${words.length}
      $(complete -p ticket | sed 's/.*-F \\([^ ]*\\) .*/\\1/'); printf '%s\\n' "\${COMPREPLY[@]}"`
    const { out, err } = await start('bash', ['--norc', '-eu', '-c', script], { cwd: folder })
    expect(err).toBe('')
    return out.trim().split('\n')
  }

  it('offers commands, flags and values in bash', async () => {
    writeFileSync(join(folder, 'completion'), (await ticket('completion', 'bash')).out)
    expect(await offered('c')).toEqual([
      'create',
      'count',
      'children',
      'comment',
      'comments',
      'claim-next',
      'complete',
      'cancel',
      'completion',
    ])
    expect(await offered('create', '--b')).toEqual(['--blocked-by', '--blocks', '--block-dependents-of'])
    expect(await offered('--db', 'x.db', 'list', '--st')).toEqual(['--status'])
    expect(await offered('create', 'X', '--type', '')).toEqual(['task', 'proposal', 'question', 'verify'])
    expect(await offered('completion', 'f')).toEqual(['fish'])
    expect(await offered('help', 'sh')).toEqual(['show'])
    expect(await offered('list', '--db', 'compl')).toEqual(['completion'])
  })

  it.each(['bash', 'zsh', 'fish'])('is a script that %s reads', async (shell) => {
    const script = (await ticket('completion', shell)).out
    expect(script).toContain('claim-next')
    expect(script).not.toContain('mark-done')
    writeFileSync(join(folder, 'completion'), script)
    const checked = await start(shell, ['-n', './completion'], { cwd: folder }).catch(() => null)
    if (checked) expect(checked).toEqual({ code: 0, out: '', err: '' })
  })
})
