/** What the gate runs belongs to the gate: a change of that waits for a person, and what weakens tests is told. */
import { expect, it } from 'vitest'
import { shown } from '../../src/cli/ticket/reading.ts'
import { type Story, swarm } from './swarm.ts'

const manifest = (scripts: Record<string, string>, more = {}) =>
  `${JSON.stringify({ name: 'shop', scripts, ...more }, null, 2)}\n`

/** A gate that is what one script of the manifest says; npm is not at hand everywhere. */
const GATE =
  '#!/bin/sh\nset -eu\nnpm() { sh -c "$(node -p "require(\'./package.json\').scripts.test")"; }\nnpm test\n'

const write = (file: string, text: string) => ({ write: { file, text } })

const SHOP = {
  'verify.sh': GATE,
  'package.json': manifest({ test: 'sh test/all.sh', start: 'node shop.js' }),
  'test/all.sh': 'test "$(cat shop.txt)" = open\n',
  'shop.txt': 'open\n',
}

const protectedIn = async (s: Story, id: number) => {
  const { stage } = await s.ticket(id)
  return stage.status === 'ready' ? stage.held : stage.status
}

it('makes a change that edits scripts.test wait for a person, with that diff', () =>
  swarm(
    async (s) => {
      const id = await s.file('Open late', [
        write('package.json', manifest({ test: 'true', start: 'node shop.js' })),
        write('shop.txt', 'closed\n'),
      ])
      await s.settle()
      expect(await s.main()).toEqual([])
      expect(await protectedIn(s, id)).toEqual(['package.json: scripts.test'])
      const held = (await s.world.store.events({ ticket: id, limit: 100 })).find(
        ({ event }) => event.type === 'held',
      )
      expect(held?.event).toMatchObject({
        paths: ['package.json: scripts.test'],
        parts: [{ path: 'package.json', part: 'scripts.test', before: 'sh test/all.sh', after: 'true' }],
      })
      const page = await (await shown(s.world.store, await s.ticket(id), s.clock.now())).text()
      expect(page).toContain(
        '  Needs you:   to approve or reject its change to package.json: scripts.test\n' +
          '    @ package.json: scripts.test\n    - sh test/all.sh\n    + true\n',
      )
      await s.person(id, { type: 'approve' })
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Open late'])
    },
    { files: SHOP },
  ))

it('lands a dependency edit, and a script that the gate does not run', () =>
  swarm(
    async (s) => {
      const scripts = { test: 'sh test/all.sh', start: 'node --watch shop.js', deploy: 'true' }
      await s.file('Depend', [write('package.json', manifest(scripts, { dependencies: { hono: '^4.0.0' } }))])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Depend'])
    },
    { files: SHOP },
  ))

it('takes a runner configuration that main has from there while an attempt is verified', () =>
  swarm(
    async (s) => {
      const id = await s.file('Relax', [write('.mocharc.json', '{"exit": 0}\n'), write('a.txt', 'BUG\n')])
      await s.settle()
      expect(await s.main()).toEqual([])
      const [attempt] = await s.attempts(id)
      expect(attempt?.reason).toContain('Taken from main, because the gate depends on them: .mocharc.json')
    },
    {
      files: {
        'verify.sh': '#!/bin/sh\n: mocha\ngrep -q strict .mocharc.json || exit 0\n! grep -q BUG a.txt\n',
        '.mocharc.json': '{"strict": true}\n',
        'a.txt': 'fine\n',
      },
      settings: { verifyRetries: 0 },
    },
  ))

it('tells on the receipt which tests a change deletes, skips and empties', () =>
  swarm(
    async (s) => {
      const id = await s.file('Make it green', [
        { delete: 'test/one.test.js' },
        write('test/two.test.js', `${SKIPPED}'two', () => expect(2).toBe(2))\n`),
      ])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Make it green'])
      const [receipt] = await s.world.store.receipts({ ticket: id, limit: 1 })
      expect(receipt?.doubts).toEqual([
        'test/one.test.js: deleted',
        'test/two.test.js: 1 assertion, 2 before',
        'test/two.test.js: 1 more skip (it.skip)',
      ])
    },
    { files: TESTED },
  ))

/** Put together here, so that no check of ours takes it for one. */
const SKIPPED = ['it', 'skip('].join('.')

const TESTED = {
  'test/one.test.js': "it('one', () => expect(1).toBe(1))\n",
  'test/two.test.js': "it('two', () => {\n  expect(2).toBe(2)\n  expect(3).toBe(3)\n})\n",
}

it('doubts what lands because its tests do not run: ended early, commented out, renamed, left out', () =>
  swarm(
    async (s) => {
      const id = await s.file('Break the shop', [
        write('shop.js', 'module.exports = 2\n'),
        write('test/a.test.js', `process.exit(0)\n${TEST('a')}`),
        write('test/b.test.js', `/*\n${TEST('b')}*/\n`),
        { rename: { from: 'test/c.test.js', to: 'test/c.tst.js' } },
        write('test/d.test.js', TEST('d').replace('() => {', '() => {\n  return')),
        write('test/e.test.js', TEST('e').replace("'e', ", "'e', { skip: true }, ")),
      ])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Break the shop'])
      const [receipt] = await s.world.store.receipts({ ticket: id, limit: 1 })
      expect(receipt?.doubts).toEqual([
        'test/a.test.js: ends the test run with success (process.exit(0))',
        'test/b.test.js: emptied',
        'test/c.test.js: renamed to test/c.tst.js, which is not the name of a test',
        'test/d.test.js: 1 more skip (return at once)',
        'test/e.test.js: 1 more skip (skip: true)',
      ])
    },
    {
      files: {
        'verify.sh': '#!/bin/sh\nset -eu\nnode --test test/*.test.js\n',
        'shop.js': 'module.exports = 1\n',
        ...Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [`test/${name}.test.js`, TEST(name)])),
      },
    },
  ))

/** Red when the shop is broken. */
const TEST = (name: string) =>
  `const { test } = require('node:test')\nconst assert = require('node:assert')\n` +
  `test('${name}', () => {\n  assert.equal(require('../shop.js'), 1)\n})\n`

it('makes what a receipt doubts wait for a person where the project wants that', () =>
  swarm(
    async (s) => {
      const id = await s.file('Make it green', [{ delete: 'test/one.test.js' }])
      await s.settle()
      expect(await s.main()).toEqual([])
      expect(await protectedIn(s, id)).toEqual(['test/one.test.js: deleted'])
      await s.person(id, { type: 'approve' })
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Make it green'])
    },
    { files: TESTED, settings: { doubtsNeedApproval: true } },
  ))

it('doubts a change of what a script of the gate brings in, and none of what tests bring in', () =>
  swarm(
    async (s) => {
      const id = await s.file('Mend it', [
        write('lib/rules.js', 'module.exports = []\n'),
        write('lib/shop.js', 'module.exports = 2\n'),
      ])
      await s.settle()
      expect(await s.main()).toEqual(['ticket-1: Mend it'])
      const [receipt] = await s.world.store.receipts({ ticket: id, limit: 1 })
      expect(receipt?.doubts).toEqual(['lib/rules.js: imported by scripts/lint.js, which the gate runs'])
    },
    {
      files: {
        'verify.sh': '#!/bin/sh\nset -eu\nnode scripts/lint.js\nnode test/all.js\n',
        'scripts/lint.js': "require('../lib/rules.js')\n",
        'lib/rules.js': 'module.exports = [1]\n',
        'test/all.js': "require('./shop.test.js')\n",
        'test/shop.test.js': "require('../lib/shop.js')\n",
        'lib/shop.js': 'module.exports = 1\n',
      },
    },
  ))

it('makes the loss of a file that the gate asks for wait, and verifies with it', () =>
  swarm(
    async (s) => {
      const id = await s.file('Tidy up', [{ delete: 'rules.txt' }, write('a.txt', 'BUG\n')])
      await s.settle()
      expect(await s.main()).toEqual([])
      const [attempt] = await s.attempts(id)
      expect(attempt?.reason).toContain('Taken from main, because the gate depends on them: rules.txt')
      const other = await s.file('Tidy up only', [{ delete: 'rules.txt' }])
      await s.settle()
      expect(await protectedIn(s, other)).toEqual(['rules.txt'])
    },
    {
      files: {
        'verify.sh': '#!/bin/sh\nif [ -f rules.txt ]; then ! grep -q BUG a.txt; fi\n',
        'rules.txt': '',
        'a.txt': 'fine\n',
      },
      settings: { verifyRetries: 0 },
    },
  ))

it('makes tools that a change brings along wait, before the gate takes them for its own', () =>
  swarm(
    async (s) => {
      const fake = { write: { file: 'node_modules/.bin/grep', text: '#!/bin/sh\nexit 1\n', mode: '755' } }
      const id = await s.file('Help', [fake, write('node_modules/a/b.js', 'x\n'), write('a.txt', 'BUG\n')])
      await s.settle()
      expect(await s.main()).toEqual([])
      expect(await protectedIn(s, id)).toEqual(['node_modules/'])
    },
    {
      files: {
        'verify.sh': '#!/bin/sh\nPATH="$PWD/node_modules/.bin:$PATH"\n! grep -q BUG a.txt\n',
        'a.txt': '',
      },
    },
  ))
