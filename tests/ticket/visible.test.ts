/** What may steer, hide or turn round what stands near it is shown as what it is, by one table for all who show text. */
import { expect, it } from 'vitest'
import {
  hasRightToLeft,
  inOneLine,
  isolated,
  isSafe,
  visible,
  visibleJson,
} from '../../src/ticket/visible.ts'

const MARKS =
  '\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff'

it.each([...MARKS])('shows %j as what it is', (mark) => {
  const told = `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`
  expect(visible(`a${mark}b`)).toBe(`a${told}b`)
  expect(inOneLine(`a${mark}b`)).toBe(`a${told}b`)
  expect([isSafe(`a${mark}b`), isSafe(told)]).toEqual([false, true])
  expect(JSON.parse(visibleJson(JSON.stringify(`a${mark}b`)))).toBe(`a${mark}b`)
  expect(visibleJson(JSON.stringify(`a${mark}b`))).toBe(`"a${told}b"`)
})

it.each([
  ['a\u001b[2Jb\u009b', 'a\\x1b[2Jb\\x9b', 'a\\x1b[2Jb\\x9b'],
  ['two\nlines\tand\r\na tab\rhere', 'two\nlines\tand\na tab\\rhere', 'two\\nlines\\tand\\r\\na tab\\rhere'],
  ['שלום עולם', 'שלום עולם', 'שלום עולם'],
  ['👩‍👩‍👧 می‌خواهم', '👩‍👩‍👧 می‌خواهم', '👩‍👩‍👧 می‌خواهم'],
])('leaves letters, joiners and, where there is room, lines: %j', (text, lines, line) => {
  expect(visible(text)).toBe(lines)
  expect(inOneLine(text)).toBe(line)
  expect(visible(visible(text))).toBe(lines)
})

it.each([
  ['Pay the bill', false],
  ['Ça va, 日本語, ελληνικά', false],
  ['Fix שלום', true],
  ['مرحبا', true],
  ['𞤀𞤣', true],
])('knows what is written from right to left: %j', (text, isSo) => {
  expect(hasRightToLeft(text)).toBe(isSo)
})

it('isolates in a sentence only what could turn it round, and lets no text end its isolation', () => {
  expect(isolated('Pay the bill')).toBe('Pay the bill')
  expect(isolated('שלום\u2069')).toBe('\u2068שלום\\u2069\u2069')
})
