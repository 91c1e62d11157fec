/** A new user on their own project, by the commands of README.md: from `swarm init` to a landed ticket. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Person, person } from './person.ts'

/** Without a key there is the scripted harness; `process` is what runs on any machine. */
const SETTINGS = { SWARM_HARNESS: 'scripted', SWARM_SANDBOX: 'process', SWARM_PORT: '0' }

const scripted = (text: string, steps: object[]) =>
  `${text}\n\n\`\`\`script\n${JSON.stringify(steps)}\n\`\`\``

const NODE = {
  files: {
    'package.json': '{ "name": "shop", "type": "module", "scripts": { "test": "node --test" } }\n',
    'till.js': 'export const sum = (prices) => prices.reduce((a, b) => a + b, 0)\n',
    'till.test.js': `import assert from 'node:assert'
import { test } from 'node:test'
import { sum } from './till.js'
test('sums', () => assert.equal(sum([1, 2]), 3))
`,
  },
  found: 'Node.js',
  gate: /^node --test$/m,
  breaks: { file: 'till.js', text: 'export const sum = () => 0\n' },
  mends: { file: 'till.js', text: 'export const sum = (prices) => prices.reduce((a, b) => a + b)\n' },
}

const PYTHON = {
  files: {
    'shop/__init__.py': '',
    'shop/till.py': 'def total(prices):\n    return sum(prices)\n',
    'tests/__init__.py': '',
    'tests/test_till.py': `import unittest
from shop.till import total

class Till(unittest.TestCase):
    def test_sums(self):
        self.assertEqual(total([1, 2]), 3)
`,
    'verify.sh': '#!/bin/sh\nset -eu\npython3 -m unittest discover\n',
  },
  found: 'Found:',
  gate: /unittest/,
  breaks: { file: 'shop/till.py', text: 'def total(prices):\n    return 0\n' },
  mends: {
    file: 'shop/till.py',
    text: 'def total(prices):\n    """What they cost together."""\n    return sum(prices)\n',
  },
}

const SHELL = {
  files: {
    'till.sh': '#!/bin/sh\nexpr "$1" + "$2"\n',
    Makefile: 'check:\n\tsh -n till.sh\n\ttest "$$(sh till.sh 1 2)" = 3\n',
  },
  found: 'Make',
  gate: /make check/,
  breaks: { file: 'till.sh', text: '#!/bin/sh\necho 0\n' },
  mends: { file: 'till.sh', text: '#!/bin/sh\n# Adds two prices.\nexpr "$1" + "$2"\n' },
}

describe.each([
  ['Node.js', NODE],
  ['Python, with a verify.sh of its own', PYTHON],
  ['a shell script with a Makefile', SHELL],
])('a project in %s', (_, { files, found, gate, breaks, mends }) => {
  it('goes from swarm init to a landed ticket, and lands nothing that breaks it', async () => {
    const ada = person(files, SETTINGS)
    expect(await ada.swarm('init', '.', '--yes')).toContain(found)
    expect(ada.git('show', 'main:verify.sh')).toMatch(gate)
    expect(await ada.swarm('check')).toContain('The gate is green on main')

    // It is wrong at first; the gate says so, and the same session mends it.
    const steps = [
      { on: 'start', do: [{ write: breaks }] },
      { on: 'red', do: [{ write: mends }, { say: 'Mended.' }] },
    ]
    const id = (
      await ada.ticket('create', 'Improve the till', '--description', scripted('Better.', steps))
    ).trim()
    expect(await ada.swarm('start')).toContain('on scripted')
    await ada.swarm('wait', '--timeout', '240')
    expect(await ada.swarm('status')).toContain('Landed today: 1')
    expect(await ada.swarm('pull')).toContain('Brought 1 commit')
    expect(ada.git('log', '-1', '--format=%s')).toBe(`ticket-${id}: Improve the till`)
    expect(ada.git('show', `main:${mends.file}`)).toBe(mends.text.trim())
    expect(ada.git('status', '--short')).toBe('')
    expect(await ada.swarm('audit')).toContain('green')
    expect(await ada.swarm('stop')).toContain('Stopped.')
  })
})

describe('swarm run', () => {
  const wish = scripted('Add a greeting\n\nIt is friendly.', [
    { write: { file: 'hello.txt', text: 'hello\n' } },
    { say: 'Wrote it.' },
  ])
  const flags = ['--yes', '--no-open']
  const landed = async (ada: Person) => {
    await ada.swarm('wait', '--timeout', '240')
    await ada.swarm('pull')
    return ada.git('log', '-1', '--format=%s')
  }

  it('goes from a folder that is no project to a landed wish, and takes the next one while it runs', async () => {
    const ada = person(NODE.files, SETTINGS)
    expect(existsSync(join(ada.folder, '.swarm'))).toBe(false)
    const out = await ada.swarm('run', wish, ...flags)
    expect(out).toContain('#1 Add a greeting filed.')
    expect(out).toMatch(/Swarm runs at http:\/\/127\.0\.0\.1:\d+/)
    expect(await landed(ada)).toBe('ticket-1: Add a greeting')
    expect(ada.git('show', 'main:hello.txt')).toBe('hello')

    const again = await ada.swarm('run', wish.replaceAll('hello', 'goodbye'), ...flags)
    expect(again).toContain('Swarm already runs at')
    expect(again).toContain('#2 Add a greeting filed.')
    expect(await landed(ada)).toBe('ticket-2: Add a greeting')
  })
})
