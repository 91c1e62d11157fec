import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { doubtsAbout } from '../../src/cli/swarm/gate-doubts.ts'
import { git, newFolder, picture, swarm } from './terminal.ts'

const GATE = '#!/bin/sh\nset -eu\ntest -f app.txt\n'

interface Talk {
  /** Files that the interviewer leaves in its copy. */
  files?: Record<string, string>
  /** Null: it ends without having said that it is through. */
  tickets?: object[] | null
}

/** A folder with a program that stands for Claude Code: it does what an interviewer would, at once. */
function interviewer({ files = { 'PROJECT.md': '# A shop\n', 'verify.sh': GATE }, tickets = [] }: Talk = {}) {
  const program = join(newFolder('bin'), 'claude')
  writeFileSync(
    program,
    `#!${process.execPath}
const fs = require('node:fs')
fs.writeFileSync(__dirname + '/seen.json', JSON.stringify({ cwd: process.cwd(), files: fs.readdirSync('.'), argv: process.argv.slice(2) }))
for (const [path, text] of Object.entries(${JSON.stringify(files)})) fs.writeFileSync(path, text)
const config = JSON.parse(process.argv.find((each) => each.startsWith('--mcp-config=')).slice('--mcp-config='.length))
const tickets = ${JSON.stringify(tickets)}
if (tickets !== null) fs.writeFileSync(config.mcpServers.swarm.args[1], JSON.stringify({ tickets }))
`,
  )
  chmodSync(program, 0o755)
  const seen = () => JSON.parse(readFileSync(join(program, '../seen.json'), 'utf8'))
  return { seen, environment: { SWARM_CLAUDE_BIN: program, ANTHROPIC_API_KEY: 'sk-ant-test' } }
}

const TICKETS = [
  { title: 'Add tests', description: 'With the built-in runner.', after: [] },
  { title: 'Add a till', description: 'It sums up.', after: [] },
  { title: 'Document it', description: 'In README.md.', after: [1, 2] },
]

function repository(files: Record<string, string> = { 'app.txt': 'app\n' }): string {
  const folder = newFolder()
  git(folder, 'init', '-q', '--initial-branch=main')
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text)
  git(folder, 'add', '-A')
  git(folder, 'commit', '-q', '-m', 'Work')
  return folder
}

const tickets = async (folder: string) => {
  const { out } = await swarm(['status', '--format', 'json'], { folder })
  return JSON.parse(out).counts
}

describe('swarm init with the interview', () => {
  it('writes both files and files the tickets, once the person has looked through all of it', async () => {
    const folder = repository()
    const { environment, seen } = interviewer({ tickets: TICKETS })
    const { code, out } = await swarm(['init', '.'], {
      ...{ folder, environment },
      answers: ['i', 'y', 'y', 'y', 'a'],
    })
    expect(code, out).toBe(0)
    expect(seen().files).toEqual(['app.txt'])
    expect(seen().cwd).not.toContain(folder)
    expect(seen().argv).toContain('--setting-sources=user')
    expect(existsSync(seen().cwd)).toBe(false)
    expect(git(folder, 'show', 'main:PROJECT.md')).toBe('# A shop')
    expect(git(folder, 'ls-tree', 'main', 'verify.sh')).toMatch(/^100755/)
    expect(git(folder, `--git-dir=${folder}/.swarm/repo.git`, 'show', 'main:verify.sh')).toBe(GATE.trim())
    expect(git(folder, 'status', '--short')).toBe('')
    expect(out).toContain('| It sums up.')
    expect(out).toContain('PROJECT.md and verify.sh committed. 3 tickets filed.')
    expect(out).toContain('The gate is green on main')
    expect(await tickets(folder)).toMatchObject({ open: 3, blocked: 1, claimable: 2 })
  })

  it('changes in the editor what the person wants changed, and leaves out what they do not want', async () => {
    const folder = repository()
    const { environment } = interviewer({ tickets: TICKETS })
    const { out } = await swarm(['init', '.'], {
      ...{ folder, environment },
      answers: ['i', 'e', 'y', 'n', 'n', 'e', 'y', 'y'],
      edits: (text, name) =>
        name === 'ticket.md' ? 'Add a big till\n\nIt counts.' : `${text}\nNo discounts.\n`,
    })
    expect(git(folder, 'show', 'main:PROJECT.md')).toBe('# A shop\n\nNo discounts.')
    expect(git(folder, 'show', 'main:verify.sh')).toContain('checked=no')
    expect(out).toContain('2 tickets filed')
    expect(await tickets(folder)).toMatchObject({ open: 2, blocked: 1 })
  })

  it.each([
    [
      'the interview is ended early',
      { tickets: null },
      ['i'],
      'The interview ended early, and nothing was changed.',
    ],
    ['the person stops while they look through it', {}, ['i', 'y', 'q'], 'Nothing was changed.'],
    ['the person gives up', {}, ['i', null], 'Nothing was changed.'],
    ['nothing shall begin', {}, ['n'], 'Nothing was changed.'],
  ])('leaves the project as it was when %s', async (_, talk: Talk, answers, sentence) => {
    const folder = repository()
    const before = picture(folder)
    const { code, err } = await swarm(['init', '.'], {
      ...{ folder, answers },
      environment: interviewer(talk).environment,
    })
    expect([code, err]).toEqual([1, expect.stringContaining(sentence)])
    if (answers[0] === 'i') expect(err).toContain('swarm init .')
    expect(picture(folder)).toBe(before)
  })

  it('interviews in a folder that is no repository yet', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'app.txt'), 'app\n')
    const { environment, seen } = interviewer({})
    expect((await swarm(['init', '.'], { folder, environment, answers: ['i', 'y', 'y'] })).code).toBe(0)
    expect(seen().files).toEqual(['app.txt'])
    expect(git(folder, 'ls-tree', '--name-only', 'main').split('\n')).toEqual([
      'PROJECT.md',
      'app.txt',
      'verify.sh',
    ])
  })

  it('is not offered without a login, with --no-interview or with --yes, and says how to be asked later', async () => {
    const { environment } = interviewer()
    const unsigned = repository()
    const said = await swarm(['init', '.'], {
      folder: unsigned,
      answer: true,
      environment: { SWARM_CLAUDE_BIN: environment.SWARM_CLAUDE_BIN },
    })
    expect(said.out).toContain('Continue?')
    expect(said.out).toContain(
      "First: Claude Code is not signed in: run 'claude' once, or set ANTHROPIC_API_KEY.",
    )
    const declined = repository()
    expect(
      (await swarm(['init', '.', '--no-interview'], { folder: declined, answer: true, environment })).out,
    ).toContain('swarm interview    at any time')
    expect((await swarm(['init', '.', '--yes'], { folder: repository(), environment })).code).toBe(0)
  })
})

describe('swarm interview', () => {
  const answers = ['y', 'y', 'a']

  it('writes both files anew as long as nothing has landed', async () => {
    const folder = repository()
    await swarm(['init', '.', '--yes'], { folder })
    const { environment } = interviewer({ tickets: TICKETS })
    const { code, out, err } = await swarm(['interview'], { folder, environment, answers })
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('(replaces the current one)')
    expect(out).toContain('PROJECT.md and verify.sh committed. 3 tickets filed.')
    expect(readFileSync(join(folder, 'verify.sh'), 'utf8')).toBe(GATE)
    expect(git(folder, 'status', '--short')).toBe('')
    expect(git(folder, `--git-dir=${folder}/.swarm/repo.git`, 'rev-parse', 'main')).toBe(
      git(folder, 'rev-parse', 'main'),
    )
    expect((await swarm(['audit'], { folder })).code).toBe(0)
  })

  it('files tickets for both files once something has landed', async () => {
    const folder = repository()
    await swarm(['init', '.', '--yes'], { folder })
    const bare = `--git-dir=${folder}/.swarm/repo.git`
    const landed = git(folder, bare, 'commit-tree', 'main^{tree}', '-p', 'main', '-m', 'ticket-1: Something')
    git(folder, bare, 'update-ref', 'refs/heads/main', landed)
    const { environment } = interviewer({ tickets: TICKETS })
    const { out } = await swarm(['interview'], { folder, environment, answers })
    expect(out).toContain('Work has landed already, so tickets will change PROJECT.md and verify.sh.')
    expect(await tickets(folder)).toMatchObject({ open: 5 })
    expect(git(folder, bare, 'rev-parse', 'main')).toBe(landed)
  })

  it('refuses what it could not keep, before anything is asked', async () => {
    const folder = repository()
    await swarm(['init', '.', '--yes'], { folder })
    writeFileSync(join(folder, 'PROJECT.md'), 'Mine, not committed.\n')
    const { environment } = interviewer()
    expect((await swarm(['interview'], { folder, environment, answers })).err).toBe(
      'PROJECT.md has changes that are not committed. Commit them first.\n',
    )
    expect((await swarm(['interview'], { folder, environment })).err).toBe(
      'An interview needs a terminal. Run swarm interview in one.\n',
    )
  })
})

describe('swarm init again', () => {
  it("begins at the person's newer commits as long as nothing has landed", async () => {
    const folder = repository()
    await swarm(['init', '.', '--yes'], { folder })
    writeFileSync(join(folder, 'verify.sh'), GATE)
    git(folder, 'commit', '-qam', 'Mend the gate')
    const asked = await swarm(['init', '.'], { folder })
    expect(asked.out).toContain('main has 1 newer commit of yours, and nothing has landed yet')
    expect(asked.code).toBe(1)
    expect((await swarm(['init', '.', '--yes'], { folder })).out).toContain(
      'now starts from your newer commit.',
    )
    expect((await swarm(['check'], { folder })).out).toContain('The gate is green on main')
    expect((await swarm(['init', '.', '--yes'], { folder })).out).toContain('nothing is missing')
  })
})

describe('swarm check', () => {
  it.each([
    ['#!/bin/sh\n', 0, 'verify.sh checks nothing: every change passes.'],
    ['#!/bin/sh\nexit 0\n', 0, 'verify.sh checks nothing'],
    ['#!/bin/sh\nset -eu\nnpm test || true\n', 0, 'line 3: a failure is swallowed'],
    ['#!/bin/sh\nfalse\ntest -f app.txt\n', 0, 'continues after a failed check. Begin it with set -eu.'],
    ['#!/bin/sh\nfalse\nexit 0\n', 0, 'line 3: this command always succeeds, so earlier failures are lost.'],
    ['#!/bin/sh\necho broken here\nexit 1\n', 1, '| broken here'],
    ['#!/bin/sh\nexec no-such-program\n', 1, 'The gate could not run on main'],
  ])('says what is wrong with a gate such as %j', async (text, exit, sentence) => {
    const folder = repository({ 'app.txt': 'app\n', 'PROJECT.md': 'x' })
    writeFileSync(join(folder, 'verify.sh'), text, { mode: 0o755 })
    await swarm(['init', '.', '--yes'], { folder })
    const { code, out } = await swarm(['check'], { folder })
    expect(code).toBe(exit)
    expect(out).toContain(sentence)
  })

  it.each([
    '#!/bin/sh\nnpm test || exit 1\nnpm run lint || exit 1\n',
    '#!/bin/sh\nred=0\nfor each in tests/*.sh; do\n  sh "$each" || red=1\ndone\nexit $red\n',
    '#!/bin/sh\nif ! npm test; then\n  exit 1\nfi\nnpm run lint\n',
    '#!/bin/sh\nnpm test || { echo no; exit 3; }\nnpm run lint\n',
  ])('finds nothing wrong with %j', (text) => expect(doubtsAbout(text)).toEqual([]))

  it.each([
    '#!/bin/sh\nnpm test\nnpm run lint || exit 1\n',
    '#!/bin/sh\nif [ -f a ]; then\n  npm test\nfi\nnpm run lint\n',
  ])('says that %j goes on', (text) =>
    expect(doubtsAbout(text)[0]).toContain('continues after a failed check'),
  )

  it('says what a gate runs by its name only', async () => {
    const scripts = { test: 'npm run unit', unit: 'test -f app.txt', docs: 'x' }
    const folder = repository({
      'app.txt': 'app\n',
      'PROJECT.md': 'x',
      'package.json': JSON.stringify({ scripts }),
    })
    writeFileSync(join(folder, 'verify.sh'), '#!/bin/sh\nset -eu\nnpm test\n', { mode: 0o755 })
    await swarm(['init', '.', '--yes'], { folder })
    const { doubts } = JSON.parse((await swarm(['check', '--format', 'json'], { folder })).out)
    const says = (name: string) =>
      `verify.sh runs package.json: scripts.${name} by its name. A change to its meaning needs your approval.`
    expect(doubts).toEqual([says('test'), says('unit')])
  })

  it('finds nothing to say against a gate that is green and strict', async () => {
    const folder = repository({ 'app.txt': 'app\n', 'PROJECT.md': 'x' })
    writeFileSync(join(folder, 'verify.sh'), GATE, { mode: 0o755 })
    await swarm(['init', '.', '--yes'], { folder })
    expect((await swarm(['check'], { folder })).out).toMatch(/^The gate is green on main \(\d+ s\)\.\n$/)
    const json = JSON.parse((await swarm(['check', '--format', 'json'], { folder })).out)
    expect(json).toMatchObject({ verdict: 'green', doubts: [] })
  })
})
