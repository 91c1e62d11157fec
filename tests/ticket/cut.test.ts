import { describe, expect, it } from 'vitest'
import { endOf, startOf } from '../../src/ticket/cut.ts'
import { firstLine } from '../../src/ticket/sentences.ts'

describe('the end of a long text', () => {
  it.each([
    ['short', 'one two', 20, 'one two'],
    ['at a line', 'the first line\nthe second line\nthe third line', 36, '… the second line\nthe third line'],
    ['at a word, when its last line is long', 'begin middle of the last line', 20, '… of the last line'],
    ['anywhere, when it is one word', 'x'.repeat(30), 10, `… ${'x'.repeat(8)}`],
    ['never within a letter', `${'x'.repeat(30)}😀1234567`, 10, '… 1234567'],
  ])('begins %s', (_, text, most, expected) => {
    expect(endOf(text, most)).toBe(expected)
    expect(endOf(text, most).length).toBeLessThanOrEqual(most)
  })
})

describe('the start of a long text', () => {
  it.each([
    ['short', 'one two', 20, 'one two'],
    ['at a word', 'begin middle of the last line', 20, 'begin middle of …'],
    ['anywhere, when it is one word', 'x'.repeat(30), 10, `${'x'.repeat(9)}…`],
    ['never within a letter', `12345678😀${'x'.repeat(30)}`, 10, '12345678…'],
  ])('ends %s', (_, text, most, expected) => {
    expect(startOf(text, most)).toBe(expected)
    expect(startOf(text, most).length).toBeLessThanOrEqual(most)
  })
})

it('tells the first line that says something in whole words', () => {
  const line = firstLine(`\n  \n${'word '.repeat(60)}\nmore`)
  expect(line).toBe(`${'word '.repeat(31)}…`)
})
