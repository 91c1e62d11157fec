import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasTest } from '../../tidy/titles.ts'
import { DEFECTS } from './defects.ts'

const TESTS = join(import.meta.dirname, '../..')
const numbered = (letter: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${letter}${at + 1}`)

describe('what could happen with the original cannot happen here', () => {
  it.each(DEFECTS.map(({ id, saw, tests }) => [id, saw, tests] as const))('%s: %s', (_, __, tests) => {
    expect(tests.length).toBeGreaterThan(0)
    for (const [file, ...titles] of tests)
      for (const title of titles)
        expect(hasTest(readFileSync(join(TESTS, file), 'utf8'), title), title).toBe(true)
  })

  it('is shown for every known defect', () => {
    expect(DEFECTS.map(({ id }) => id)).toEqual([
      ...numbered('L', 10),
      ...numbered('D', 12),
      ...numbered('M', 7),
    ])
  })
})

describe('a named test', () => {
  it.each([
    ["it('says so', () => {})", true],
    ["test('says so', () => {})", true],
    ["it.each([1, 2])('says so', () => {})", true],
    ["it.each([\n  ['a', [{ b: 1 }]],\n])('says so', () => {})", true],
    [`${['it', 'skip'].join('.')}('says so', () => {})`, false],
    [`${['it', 'todo'].join('.')}('says so')`, false],
    ["expect('says so')", false],
    ["it('says something else', () => {})", false],
  ])('%s: %s', (text, expected) => expect(hasTest(text, 'says so')).toBe(expected))
})
