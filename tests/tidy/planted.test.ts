/** Each rule finds what is planted for it, and lets pass what looks alike. */
import { describe, expect, it } from 'vitest'
import { environment, oneDoor, oneMergeQueue, purity, sql } from './doors.ts'
import { cycles, dead, layers, roomCycles } from './layers.ts'
import { decisions, dependencies, links, mentions } from './pages.ts'
import { barrels, classes, migrations, names, phrases, ports, sizes } from './shape.ts'
import type { Finding, Source } from './source.ts'
import { threats } from './threats.ts'

type Rule = (sources: Source[]) => Finding[]

const repository = (files: Record<string, string>): Source[] =>
  Object.entries(files).map(([path, text]) => ({ path, text }))

/** Where the rule finds something: `path:line`. */
const places = (rule: Rule, files: Record<string, string>) =>
  rule(repository(files)).map((found) => found.split(' ')[0])

/** The rule finds something in the one file. */
const finds = (rule: Rule, path: string, text: string) => places(rule, { [path]: text }).length > 0

describe('who may import whom', () => {
  it.each([
    ['src/ticket/a.ts', "import { Store } from '../ports/store.ts'"],
    ['src/ticket/a.ts', "import type { Store } from '../ports/store.ts'"],
    ['src/ticket/a.ts', "import { createHash } from 'node:crypto'"],
    ['src/ticket/a.ts', "import { join } from 'path'"],
    ['src/ticket/a.ts', "import { Hono } from 'hono'"],
    ['src/ports/a.ts', "import { tick } from '../life/tick.ts'"],
    ['src/ports/a.ts', "import { KEYS } from '../settings/settings.ts'"],
    ['src/settings/a.ts', "import type { World } from '../ports/world.ts'"],
    ['src/stores/sqlite/a.ts', "import { git } from '../../repos/git/git.ts'"],
    ['src/stores/sqlite/a.ts', "import { pool } from '../postgres/pool.ts'"],
    ['src/stores/sqlite/a.ts', "import type { Repo } from '../../ports/repo.ts'"],
    ['src/stores/sqlite/a.ts', "import { apply } from '../../life/apply.ts'"],
    ['src/stores/a.ts', "import { open } from './sqlite/store.ts'"],
    ['src/sandboxes/process/a.ts', "import type { Harness } from '../../ports/harness.ts'"],
    ['src/life/a.ts', "import { spawn } from 'node:child_process'"],
    ['src/life/a.ts', "import { readFile } from 'node:fs/promises'"],
    ['src/life/a.ts', "export { git } from '../repos/git/git.ts'"],
    ['src/life/a.ts', "const git = await import('../repos/git/git.ts')"],
    ['src/life/a.ts', "import pino from 'pino'"],
    ['src/gateway/a.ts', "import { app } from '../api/app.ts'"],
    ['src/api/a.ts', "import { open } from '../stores/sqlite/store.ts'"],
    ['src/api/client.ts', "import { apply } from '../life/apply.ts'"],
    ['src/api/client.ts', "import { routes } from './tickets.ts'"],
    ['src/cli/swarm/a.ts', "import { apply } from '../../life/apply.ts'"],
    ['src/cli/swarm/a.ts', "import { run } from '../ticket/run.ts'"],
    ['src/cli/swarm/a.ts', "import { app } from '../../api/app.ts'"],
    ['src/cli/ticket/a.ts', "import { NO_USAGE } from '../../ports/store.ts'"],
    ['src/cli/ticket/a.ts', "import { client } from '../../api/client.ts'"],
    ['src/cli/a.ts', "import { run } from './ticket/run.ts'"],
    ['src/life/a.ts', "import { main } from '../main/swarm.ts'"],
    ['src/life/a.ts', "import { swarm } from '../../tests/story/swarm.ts'"],
    ['src/odd/a.ts', 'export const a = 1'],
    ['src/a.ts', 'export const a = 1'],
  ])('%s may not: %s', (path, text) => {
    expect(finds(layers, path, text)).toBe(true)
  })

  it.each([
    ['src/ticket/a.ts', "import { z } from 'zod'\nimport { decide } from './decide.ts'"],
    ['src/ticket/a.ts', "// import { x } from '../ports/store.ts'\nconst text = \"import x from 'node:fs'\""],
    [
      'src/stores/sqlite/a.ts',
      "import type { Store } from '../../ports/store.ts'\nimport { DatabaseSync } from 'node:sqlite'",
    ],
    [
      'src/stores/sqlite/a/b.ts',
      "import { rows } from '../../rows/ticket.ts'\nimport text from '../reads.sql'",
    ],
    [
      'src/harnesses/claude/a.ts',
      "import { drive } from '../drive.ts'\nimport type { Sandbox } from '../../ports/sandbox.ts'",
    ],
    [
      'src/life/a.ts',
      "import { createHash } from 'node:crypto'\nimport { Trouble } from '../ports/trouble.ts'",
    ],
    [
      'src/api/client.ts',
      "import type { App } from './app.ts'\nimport { isRefusal } from '../ticket/commands.ts'",
    ],
    [
      'src/cli/ticket/a.ts',
      "import type { Tx } from '../../ports/store.ts'\nimport { nearest } from '../nearest.ts'",
    ],
    [
      'src/cli/swarm/a.ts',
      "import { client } from '../../api/client.ts'\nimport { nearest } from '../nearest.ts'",
    ],
    ['src/main/a.ts', "import { git } from '../repos/git/git.ts'\nimport { app } from '../api/app.ts'"],
    ['tests/story/a.ts', "import { git } from '../../src/repos/git/git.ts'"],
  ])('%s may: %s', (path, text) => {
    expect(places(layers, { [path]: text })).toEqual([])
  })

  it('tells the line and what is allowed', () => {
    const text = "/** Words. */\n\nimport { tick } from '../life/tick.ts'\n"
    expect(layers(repository({ 'src/ports/a.ts': text }))).toEqual([
      'src/ports/a.ts:3 may not import src/life/tick.ts; it may import src/ports/, src/ticket/.',
    ])
  })
})

describe('circles', () => {
  const circle = {
    'src/life/a.ts': "import { b } from './b.ts'\nexport const a = b",
    'src/life/b.ts': "import type { C } from './c.ts'\nexport const b = 1",
    'src/life/c.ts': "export { a } from './a.ts'",
  }

  it('are told once, whichever way they are made', () => {
    expect(cycles(repository(circle))).toHaveLength(1)
    expect(cycles(repository(circle))[0]).toMatch(/^src\/life\/a\.ts → src\/life\/b\.ts → src\/life\/c\.ts /)
  })

  it('are not made by two ways to the same file, nor by what is loaded when called for', () => {
    const diamond = { ...circle, 'src/life/c.ts': "const a = () => import('./a.ts')\nexport const c = a" }
    expect(cycles(repository(diamond))).toEqual([])
  })

  it('are found among rooms, although no file is in one', () => {
    const rooms = {
      'src/life/landing/a.ts': "import { b } from '../attempt/b.ts'\nexport const a = b",
      'src/life/attempt/b.ts': 'export const b = 1',
      'src/life/attempt/c.ts': "import { d } from '../landing/d.ts'\nexport const c = d",
      'src/life/landing/d.ts': 'export const d = 1',
    }
    expect(cycles(repository(rooms))).toEqual([])
    expect(roomCycles(repository(rooms))[0]).toMatch(/^src\/life\/attempt\/ → src\/life\/landing\/ /)
  })
})

describe('files that no program uses', () => {
  it('are found, and those that are loaded when called for are not', () => {
    const files = {
      'src/main/a.ts': "const b = () => import('../life/b.ts')\nexport const a = b",
      'src/life/b.ts': "import type { C } from './c.ts'\nexport type B = C",
      'src/life/c.ts': 'export type C = 1',
      'src/life/d.ts': "import './c.ts'",
    }
    expect(dead(repository(files), ['src/main/a.ts'])).toHaveLength(1)
    expect(dead(repository(files), ['src/main/a.ts'])[0]).toMatch(/^src\/life\/d\.ts:1 /)
  })
})

describe('what only one place may do', () => {
  it.each([
    'const home = process.env.HOME',
    "const home = process['env']",
    'const { env } = process',
    "import { env } from 'node:process'",
    'const copy = { ...process.env }',
  ])('reading the environment: %s', (text) => {
    expect(finds(environment, 'src/life/a.ts', text)).toBe(true)
    expect(finds(environment, 'src/main/a.ts', text)).toBe(false)
    expect(finds(environment, 'src/harnesses/scripted/agent.ts', text)).toBe(false)
  })

  it.each([
    'const run = ({ env }: Spec) => process.kill(1)',
    'const text = "process.env.HOME" // process.env',
    'export interface Spec { process: { env: string } }',
  ])('not reading the environment: %s', (text) => {
    expect(finds(environment, 'src/sandboxes/process/a.ts', text)).toBe(false)
  })

  it.each([
    'Date.now()',
    'new Date()',
    'Math.random()',
    'process.exit(1)',
    'fetch("x")',
    'setTimeout(f, 1)',
    'console.log(1)',
  ])('being impure in the core: %s', (text) => {
    expect(finds(purity, 'src/ticket/a.ts', `export const a = () => ${text}`)).toBe(true)
    expect(finds(purity, 'src/life/a.ts', `export const a = () => ${text}`)).toBe(false)
  })

  it.each([
    'new Date(at).toISOString()',
    'Math.min(1, 2)',
    '{ process: 1 }',
    'ticket.process',
    "'Date.now()'",
  ])('being pure in the core: %s', (text) => {
    expect(finds(purity, 'src/ticket/a.ts', `export const a = (at, ticket) => (${text})`)).toBe(false)
  })

  it('asking the rules', () => {
    const asks = "import { decide } from '../ticket/decide.ts'"
    expect(finds(oneDoor, 'src/life/a.ts', asks)).toBe(true)
    expect(finds(oneDoor, 'src/api/a.ts', asks.replace('decide }', 'decide as ask }'))).toBe(true)
    expect(finds(oneDoor, 'src/api/a.ts', "import * as rules from '../ticket/decide.ts'")).toBe(true)
    expect(finds(oneDoor, 'src/life/apply.ts', asks)).toBe(false)
    expect(
      finds(oneDoor, 'src/life/tickets/file.ts', "import { decideCreate } from '../ticket/decide.ts'"),
    ).toBe(false)
  })

  it.each([
    'await world.repo.advance(from, to)',
    'const { advance } = world.repo',
    'const { advance: move } = world.repo',
    "await world.repo['advance'](from, to)",
    'const move = ({ advance }: Repo) => advance(from, to)',
  ])('moving main: %s', (text) => {
    expect(finds(oneMergeQueue, 'src/api/a.ts', text)).toBe(true)
    expect(finds(oneMergeQueue, 'src/life/landing/land.ts', text)).toBe(false)
  })

  it.each([
    "const command = { type: 'advance', attempt }",
    'const advance = (phase) => apply(phase)',
    'const repo = { advance: (from, to) => move(from, to) }',
  ])('not moving main: %s', (text) => {
    expect(finds(oneMergeQueue, 'src/repos/git/a.ts', text)).toBe(false)
  })

  it('speaking SQL', () => {
    expect(finds(sql, 'src/life/a.ts', "import reads from '../stores/sqlite/reads.sql'")).toBe(true)
    expect(finds(sql, 'src/main/a.ts', "import { DatabaseSync } from 'node:sqlite'")).toBe(true)
    expect(finds(sql, 'src/stores/sqlite/a.ts', "import reads from './reads.sql'")).toBe(false)
  })
})

describe('sizes', () => {
  const lines = (count: number) => 'const a = 1\n'.repeat(count)
  const long = (count: number) => `export function work() {\n${'  step()\n'.repeat(count - 2)}}\n`

  it('of files are at most 300 lines, of a verb of life 150', () => {
    expect(places(sizes, { 'src/api/a.ts': lines(300), 'src/life/b.ts': lines(150) })).toEqual([])
    expect(places(sizes, { 'src/api/a.ts': lines(301), 'src/life/b.ts': lines(151) })).toEqual([
      'src/api/a.ts:1',
      'src/life/b.ts:1',
    ])
  })

  it('of functions are at most 70 lines, however they are written', () => {
    expect(places(sizes, { 'src/api/a.ts': long(70) })).toEqual([])
    expect(places(sizes, { 'src/api/a.ts': long(71) })).toEqual(['src/api/a.ts:1'])
    const arrow = `// …\nconst work = async (x) =>\n  x(\n${'    1,\n'.repeat(70)}  )\n`
    expect(places(sizes, { 'src/api/a.ts': arrow })).toEqual(['src/api/a.ts:2'])
    const method = `const a = {\n  work() {\n${'    step()\n'.repeat(70)}  },\n}\n`
    expect(places(sizes, { 'src/api/a.ts': method })).toEqual(['src/api/a.ts:2'])
  })

  it('of suites do not matter, of the tests in them they do', () => {
    const test = `  it('works', () => {\n${'    step()\n'.repeat(69)}  })\n`
    const suite = `export function suite(make) {\n${test.repeat(2)}}\n`
    expect(places(sizes, { 'tests/a.ts': suite.replaceAll(/( {4}step\(\)\n){10}/g, '') })).toEqual([])
    expect(places(sizes, { 'tests/a.ts': suite })).toEqual(['tests/a.ts:2', 'tests/a.ts:73'])
  })

  it('that are over the limit may only shrink', () => {
    const over = (allowed: number, count: number) =>
      sizes(repository({ 'src/api/a.ts': lines(count) }), { 'src/api/a.ts': allowed }).map((found) =>
        found.slice(15),
      )
    expect(over(400, 400)).toEqual([])
    expect(over(400, 401)).toEqual(['has 401 lines, 400 at most: split it by what it does.'])
    expect(over(400, 390)).toEqual(['has shrunk to 390 lines: lower its entry in tests/tidy/shape.ts.'])
    expect(over(400, 300)).toEqual(['is within the limit now: take it out of OVER in tests/tidy/shape.ts.'])
  })
})

describe('names, barrels and classes', () => {
  it('are found by their words', () => {
    for (const path of [
      'src/utils.ts',
      'src/life/time-utils.ts',
      'src/ticketManager.ts',
      'tests/helpers/a.ts',
      'bench/common.mjs',
    ])
      expect(finds(names, path, ''), path).toBe(true)
    for (const path of ['src/database.ts', 'src/commons-lane.ts', 'docs/base.md', 'src/life/attempt/work.ts'])
      expect(finds(names, path, ''), path).toBe(false)
  })

  it('are barrels when they only pass on', () => {
    expect(finds(barrels, 'src/api/index.ts', 'export const a = 1')).toBe(true)
    expect(finds(barrels, 'src/api/all.ts', "export * from './a.ts'\nexport { b } from './b.ts'")).toBe(true)
    expect(finds(barrels, 'src/api/a.ts', "export { b } from './b.ts'\nexport const a = 1")).toBe(false)
  })

  it('are classes unless they are errors', () => {
    expect(finds(classes, 'src/api/a.ts', 'export class TicketList {}')).toBe(true)
    expect(finds(classes, 'src/api/a.ts', 'const a = class extends Map {}')).toBe(true)
    expect(
      finds(classes, 'src/api/a.ts', 'class Refused extends Error {}\nclass Full extends Trouble {}'),
    ).toBe(false)
    expect(finds(classes, 'src/api/a.ts', "// a class\nconst className = 'class A {}'")).toBe(false)
  })
})

describe('phrases', () => {
  /** In two parts, so that this file does not say them itself. */
  const say = (...parts: string[]) => parts.join('')

  it.each([
    ['src/a.ts', say('// TO', 'DO: later')],
    ['docs/a.md', say('FIX', 'ME')],
    ['tests/a.test.ts', say('it.on', "ly('x', () => {})")],
    ['tests/a.test.ts', say('describe.sk', "ip('x', () => {})")],
    ['tests/a.test.ts', say('it.sk', "ip.each([1])('x')").replace('.each([1])', '')],
    ['docs/a.md', say('waits in the la', 'ne')],
    ['src/a.ts', say('// What was handed', ' in')],
    ['tests/a.test.ts', say('const a = {} as unkn', 'own as Sandbox')],
    ['src/a.ts', say('// @ts-ig', 'nore')],
    ['src/a.ts', say('// biome-ig', 'nore lint: why')],
    ['docs/a.md', say('see /wo', 'rk/main')],
    ['src/a.ts', say("const a = '/ho", "me/alice/x'")],
    ['package-lock.json', say('"resol', 'ved": "https:')],
    ['docs/a.md', say('registry.npm', 'js.org')],
  ])('%s must not say: %s', (path, text) => {
    expect(finds(phrases, path, text)).toBe(true)
  })

  it.each([
    ['src/a.ts', say('const ref = `refs/swarm/work/$', '{ticket}`')],
    ['src/a.ts', "mkdtemp('swarm-XXXXXX')"],
    ['src/a.ts', "const home = '/home/agent'"],
    ['src/a.ts', 'chunks.skip(2)'],
    ['src/a.ts', 'const a: unknown = b as A'],
    ['docs/a.md', 'the npm registry'],
  ])('%s may say: %s', (path, text) => {
    expect(finds(phrases, path, text)).toBe(false)
  })
})

describe('ports', () => {
  const port = (methods: number) => {
    const names = Array.from({ length: methods }, (_, nth) => `m${nth}`)
    const members = names.map((name, nth) => (nth % 2 ? `${name}(): void` : `${name}: () => void`))
    return `export interface Port {\n  fact: string\n${members.join('\n')}\n}\n`
  }

  it('have seven methods at most, beside what they extend', () => {
    expect(finds(ports, 'src/ports/a.ts', port(8))).toBe(true)
    expect(finds(ports, 'src/cli/swarm/host/a.ts', port(8))).toBe(true)
    expect(finds(ports, 'src/ports/a.ts', port(7))).toBe(false)
    expect(finds(ports, 'src/life/a.ts', port(8))).toBe(false)
    const planted = repository({ 'src/ports/a.ts': port(8) })
    expect(ports(planted, { 'src/ports/a.ts Port': 8 })).toEqual([])
    expect(ports(planted, { 'src/ports/a.ts Port': 9 })).toHaveLength(1)
  })
})

describe('migrations', () => {
  const folder = 'src/stores/sqlite/migrations'

  it('follow each other', () => {
    expect(places(migrations, { [`${folder}/004_swarm.sql`]: '', [`${folder}/005_more.sql`]: '' })).toEqual(
      [],
    )
    expect(
      places(migrations, { [`${folder}/004_swarm.sql`]: '', [`${folder}/006_more.sql`]: '' }),
    ).toHaveLength(1)
    expect(places(migrations, { [`${folder}/004_a.sql`]: '', [`${folder}/004_b.sql`]: '' })).toHaveLength(1)
    expect(places(migrations, { [`${folder}/4-swarm.sql`]: '' })).toHaveLength(1)
  })
})

describe('pages', () => {
  it('link to what is there', () => {
    const files = {
      'README.md':
        '[a](docs/a.md) [b](docs/) [c](docs/a.md#two-words) [d](https://x.y) [e](#it) `[f](no.md)`\n# It\n',
      'docs/a.md': '# Two `words`\n[up](../README.md)\n```\n[g](no.md)\n```\n',
    }
    expect(places(links, files)).toEqual([])
    expect(places(links, { ...files, 'docs/a.md': '\n[x](../no.md)' })).toEqual([
      'README.md:1',
      'docs/a.md:2',
    ])
  })

  it('name files and folders that are there', () => {
    const files = {
      'README.md': 'see `life/run.ts`, `src/life/`, `life/rows-*.ts` and `npm run docs`',
      'src/life/run.ts': '',
    }
    expect(places(mentions, files)).toEqual([])
    expect(places(mentions, { ...files, 'docs/a.md': 'see `life/walk.ts`\nand `main/`' })).toEqual([
      'docs/a.md:1',
      'docs/a.md:2',
    ])
  })

  it('that tell a decision have a number and four parts', () => {
    const page = (title: string) =>
      `# ${title}\n\n## Context\n\n## Decision\n\n## Rejected alternatives\n\n## Consequences\n`
    const files = { 'docs/adr/001-one.md': page('001 One'), 'docs/adr/002-two.md': page('002 Two') }
    expect(places(decisions, files)).toEqual([])
    expect(places(decisions, { 'docs/adr/002-two.md': page('002 Two') })).toHaveLength(1)
    expect(places(decisions, { ...files, 'docs/adr/003-three.md': page('Three') })).toHaveLength(1)
    expect(places(decisions, { 'docs/adr/001-one.md': '# 001 One\n\n## Context\n' })).toHaveLength(1)
    expect(places(decisions, { 'docs/adr/001-one.md': page('001 One') + '\n'.repeat(60) })).toHaveLength(1)
    expect(places(decisions, { ...files, 'docs/adr/notes.md': 'x' })).toHaveLength(1)
  })

  it('give the reason for every dependency', () => {
    const manifest = JSON.stringify({ dependencies: { zod: '4' }, devDependencies: { hono: '4' } })
    const files = { 'package.json': manifest, 'docs/adr/001-one.md': '`zod`: schemas' }
    expect(dependencies(repository(files))).toEqual([
      'package.json:1 hono has no line in docs/adr/: say in one why it is worth having.',
    ])
  })
})

describe('threats and the tests that attack them', () => {
  const files = {
    'tests/a.test.ts': `it('holds', () => {})\n${['it', 'skip'].join('.')}('waits', () => {})\n`,
    'tests/escape/ways/b.ts': "const way = { name: 'gets out' }\n",
  }
  const page = (...cells: string[]) => ({
    ...files,
    'docs/security.md': cells.map((cell, at) => `| ${at + 1} | a threat | a wall | ${cell} |\n`).join(''),
  })

  it.each([
    ['`tests/a.test.ts`: `holds`'],
    ['`tests/a.test.ts`: `holds`; `tests/escape/ways/b.ts`: `gets out`'],
  ])('%s is there', (cell) => expect(places(threats, page(cell))).toEqual([]))

  it.each([
    ['`tests/a.test.ts`: `gone`'],
    ['`tests/a.test.ts`: `waits`'],
    ['`tests/gone.test.ts`: `holds`'],
    ['`tests/escape/ways/b.ts`: `holds`'],
    ['by nobody'],
  ])('%s is not', (cell) =>
    expect(places(threats, page('`tests/a.test.ts`: `holds`', cell))).toEqual(['docs/security.md:2']),
  )

  it('are numbered, and do not vanish', () => {
    const two = page('`tests/a.test.ts`: `holds`')['docs/security.md'].replace('| 1', '| 2')
    expect(places(threats, { ...files, 'docs/security.md': two })).toEqual(['docs/security.md:1'])
    expect(places(threats, { ...files, 'docs/security.md': 'No table.\n' })).toEqual(['docs/security.md:1'])
  })
})
