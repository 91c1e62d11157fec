/** The rule for doc comments finds what is planted for it, and lets pass what looks alike. */
import { describe, expect, it } from 'vitest'
import { docComments } from './doc-comments.ts'

/** Lines with a finding in one file of a folder that the rule holds for. */
const lines = (text: string, path = 'src/done/a.ts') =>
  docComments([{ path, text }], ['src/done/']).map((found) => found.split(' ')[0]!.split(':')[1])

describe('doc comments', () => {
  it.each([
    'What an attempt finds.',
    'Whether it waits.',
    'Who holds it.',
    'Where it came from, for a rename.',
    'When it ends.',
    'How often it was refused.',
    'Of an archive.',
    'For a usage limit: when it ends.',
    'To what the model gives no answer.',
    'By id, rising.',
    'It never changes.',
    'Those that began then or later.',
    'That of a proposal.',
    'The same for one that only reads.',
    'Only for an open ticket.',
  ])('must not begin so: %s', (words) => {
    expect(lines(`/** ${words} */\nconst a = 1\n`)).toEqual(['1'])
    expect(lines(`interface A {\n  /**\n   * ${words} And\n   * more.\n   */\n  a: 1\n}\n`)).toEqual(['2'])
  })

  it.each([
    'Finds the newest attempt.',
    'True when it waits for the other one.',
    'Null: made by hand.',
    '`from` is the older one.',
    'Id of the session; the same when it was there already.',
    'To-do list of an agent.',
  ])('may begin so: %s', (words) => expect(lines(`/** ${words} */\nconst a = 1\n`)).toEqual([]))

  it('are not sought in strings, nor where the rule does not hold yet', () => {
    expect(lines("const a = 'docs/** What/*'\n// What it is.\n")).toEqual([])
    expect(lines('/** What it is. */\nexport const a = () => 1\n', 'src/later/a.ts')).toEqual([])
  })
})

describe('exports', () => {
  it.each([
    'export function a() {}',
    'export async function a() {}',
    'export const a = () => 1',
    'export const a = async function () {}',
    'export default function () {}',
    'export interface A { a: 1 }',
    'export type A = 1',
    '/* No doc. */\nexport type A = 1',
    "/** Of the file. */\nimport { b } from './b.ts'\n\nexport type A = typeof b",
  ])('need a doc comment: %s', (text) =>
    expect(lines(text.replace('Of the', 'The'))).toEqual([`${text.split('\n').length}`]),
  )

  it.each([
    '/** Adds. */\nexport function a() {}',
    '/** Adds. */\nexport function a(b: 1): 1\nexport function a(b: 2): 2\nexport function a(b: 1 | 2) {\n  return b\n}',
    '/**\n * Adds.\n */\nexport const a = () => 1',
    'export const A = 1',
    'function a() {}\ntype A = 1',
    "export { b } from './b.ts'",
  ])('are well so: %s', (text) => expect(lines(text)).toEqual([]))
})
