import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** What can go wrong in a file of tests: what the file says, and the line that names it. */
const WAYS: [name: string, text: string, line: string][] = [
  ['a test fails', `test('sums', () => { throw new Error('no') })`, 'way-0.test.ts > sums: no'],
  [
    'a hook of a group fails',
    `describe('sums', () => { afterAll(() => { throw new Error('no') }); test('one', () => {}) })`,
    'way-1.test.ts > sums: no',
  ],
  [
    'a hook of a file fails',
    `afterAll(() => { throw new Error('no') }); test('one', () => {})`,
    'way-2.test.ts: no',
  ],
  ['a file cannot be read', `throw new Error('no')`, 'way-3.test.ts: no'],
  [
    'nobody waits for what fails',
    `test('one', () => { void Promise.reject(new Error('no')) })`,
    'outside of any test: no',
  ],
]

test('counts and names whatever makes a run of the tests fail', () => {
  const folder = mkdtempSync(join(tmpdir(), 'swarm-closing-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  for (const [at, [, text]] of WAYS.entries())
    writeFileSync(
      join(folder, `way-${at}.test.ts`),
      `import { afterAll, describe, test } from 'vitest'\n${text}\n`,
    )
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter', join(ROOT, 'tests/closing-line.ts')],
    { cwd: folder, encoding: 'utf8' },
  )
  expect(status).toBe(1)
  for (const [, , line] of WAYS) expect(stdout).toContain(`failed: ${line}\n`)
  expect(stdout).toMatch(/^3 passed, 5 failed$/m)
})
