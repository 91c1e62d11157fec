/** What scripts of the gate, and the configuration of its tools, bring in: as tables. */
import { describe, expect, it } from 'vitest'
import { follow } from '../../src/life/landing/meaning/differ.ts'
import { importedBy } from '../../src/life/landing/meaning/imports.ts'

async function broughtIn(gate: string, main: Record<string, string>): Promise<string[]> {
  const read = async (path: string) => main[path] ?? null
  const runs = await follow(`#!/bin/sh\nset -eu\n${gate}\n`, read)
  const found = await importedBy(runs, new Set(Object.keys(main)), read)
  return [...found].map(([path, by]) => `${path} by ${by}`).sort()
}

describe('what the gate’s own scripts bring in', () => {
  it.each<[string, string, Record<string, string>, string[]]>([
    [
      'in JavaScript, and what that brings in',
      'node scripts/lint.js',
      {
        'scripts/lint.js':
          "import { rules } from '../lib/rules.js'\nconst more = require('./more')\nawait import(\n'../lib')\n",
        'scripts/more.mjs': 'export {}',
        'lib/rules.js': "export * from './one.ts'\nimport x from 'left-pad'\nimport '../gone.js'",
        'lib/one.ts': '',
        'lib/index.js': '',
        'lib/other.js': '',
      },
      [
        'lib/index.js by scripts/lint.js',
        'lib/one.ts by lib/rules.js',
        'lib/rules.js by scripts/lint.js',
        'scripts/more.mjs by scripts/lint.js',
      ],
    ],
    [
      'in TypeScript, by the name that it has once it is compiled',
      'tsx scripts/lint.ts',
      { 'scripts/lint.ts': "import type { A } from './a.js'", 'scripts/a.ts': '' },
      ['scripts/a.ts by scripts/lint.ts'],
    ],
    [
      'in Python',
      'python3 tools/check.py',
      {
        'tools/check.py':
          'import os, rules\nfrom lib.words import good\nfrom . import near\nfrom lib import bad, worse as w\n',
        ...{ 'tools/rules.py': '', 'lib/words.py': '', 'tools/near.py': '', 'lib/__init__.py': '' },
        ...{ 'lib/bad.py': '', 'lib/worse.py': '', 'os2.py': '' },
      },
      [
        'lib/__init__.py by tools/check.py',
        'lib/bad.py by tools/check.py',
        'lib/words.py by tools/check.py',
        'lib/worse.py by tools/check.py',
        'tools/near.py by tools/check.py',
        'tools/rules.py by tools/check.py',
      ],
    ],
    [
      'in a shell',
      './ci/all.sh\n. ./env.sh',
      {
        'ci/all.sh': '. "$(dirname "$0")/lib.sh"\nsource ci/more.sh\n. "${HERE}/third.sh"\n',
        ...{ 'ci/lib.sh': '', 'ci/more.sh': '', 'ci/third.sh': '', 'env.sh': '', 'ci/other.sh': '' },
      },
      ['ci/lib.sh by ci/all.sh', 'ci/more.sh by ci/all.sh', 'ci/third.sh by ci/all.sh', 'env.sh by the gate'],
    ],
    [
      'by a flag of a command',
      'node --import ./hooks.mjs --test\nmocha -r lib/setup.js --reporter=./report.cjs',
      { 'hooks.mjs': "import './more.mjs'", 'more.mjs': '', 'lib/setup.js': '', 'report.cjs': '' },
      [
        'hooks.mjs by the gate',
        'lib/setup.js by the gate',
        'more.mjs by hooks.mjs',
        'report.cjs by the gate',
      ],
    ],
    [
      'by configuration',
      'npx jest\nnpx vitest run\nnpx eslint .',
      {
        'package.json': '{ "jest": { "setupFiles": ["<rootDir>/jest-env.js"] } }',
        'vitest.config.ts': "import own from './own.ts'\nexport default { setupFiles: ['./start.ts'] }",
        '.eslintrc.json': '{ "extends": "./rules.json" }',
        'jest.config.js': '',
        ...{ 'jest-env.js': '', 'own.ts': '', 'start.ts': '', 'rules.json': '{}', 'biome.json': '' },
      },
      [
        'jest-env.js by package.json',
        'own.ts by vitest.config.ts',
        'rules.json by .eslintrc.json',
        'start.ts by vitest.config.ts',
      ],
    ],
    [
      'but no test, and nothing by what runs all of them',
      'node test/all.js',
      { 'test/all.js': "import './shop.test.js'", 'test/shop.test.js': "import '../shop.js'", 'shop.js': '' },
      [],
    ],
    [
      'but not the product: it is what is checked',
      'node scripts/check.js\nnode main.js | grep -q fine\nsh ./till.sh',
      {
        'scripts/check.js': "import '../src/shop.js'\nimport './own.js'",
        ...{
          'src/shop.js': '',
          'scripts/own.js': '',
          'main.js': "import './a.js'",
          'a.js': '',
          'till.sh': '. ./b.sh',
        },
        'b.sh': '',
      },
      ['scripts/own.js by scripts/check.js'],
    ],
    [
      'round and round',
      'node scripts/a.js',
      { 'scripts/a.js': "import './b.js'", 'scripts/b.js': "import './a.js'\nimport '../../../etc/passwd'" },
      ['scripts/b.js by scripts/a.js'],
    ],
  ])('%s', async (_, gate, main, expected) => {
    expect(await broughtIn(gate, main)).toEqual(expected)
  })

  it('is followed a while, not for ever', async () => {
    const main = Object.fromEntries(
      Array.from({ length: 500 }, (_, at) => [`scripts/${at}.js`, `import './${at + 1}.js'`]),
    )
    const found = await broughtIn('node scripts/0.js', main)
    expect(found.length).toBeGreaterThan(10)
    expect(found.length).toBeLessThan(100)
  })
})
