/** What is too large for a prompt is cut where nobody is misled: between characters, lines and fences. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  abridged,
  fitting,
  inParts,
  lastThatFit,
  MOST,
  MOST_TITLE,
  ofComment,
  ofDescription,
  tooLong,
} from '../../src/ticket/size.ts'

const NOTE = (left: number) => `${left} left out`
const cut = (text: string, most: number) => abridged(text, most, NOTE)

describe('a text that is cut', () => {
  it.each([
    ['has no more than is given', 'short', 5, 'short'],
    ['is one long line', 'abcdefghij', 6, 'abcd\n[4 left out]\nij'],
    ['would be cut within a surrogate pair', 'abc😀defg😀j', 6, 'abc\n[8 left out]\nj'],
    ['would be cut within a family', 'ab👩‍👩‍👧‍👦cdef👩‍👩‍👧‍👦j', 6, 'ab\n[26 left out]\nj'],
    ['would be cut within an accent', 'abce\u0301fghi', 6, 'abc\n[4 left out]\nhi'],
    ['would be cut between two halves of a flag', 'a 🇩🇪🇫🇷bcd', 6, 'a \n[9 left out]\ncd'],
    ['has lines', 'one\ntwo\nthree\nfour\nfive\n', 15, 'one\ntwo\n[11 left out]\nfive\n'],
  ])('%s', (_, text, most, expected) => {
    expect(cut(text, most)).toBe(expected)
  })

  it.each([
    [
      'closes a fence before the note',
      `a\n\`\`\`ts\n${'x\n'.repeat(50)}\`\`\`\nthe end\n`,
      30,
      `a\n\`\`\`ts\n${'x\n'.repeat(6)}\`\`\`\n[92 left out]\nthe end\n`,
    ],
    [
      'opens it again after the note',
      `a\n\n\n\n~~~~ts\n${'x\n'.repeat(50)}~~~~\n`,
      30,
      `a\n\n\n\n~~~~ts\nx\nx\nx\nx\n~~~~\n[88 left out]\n~~~~ts\n${'x\n'.repeat(2)}~~~~\n`,
    ],
    [
      'knows that a shorter fence closes no longer one',
      `\`\`\`\`\n\`\`\`\n${'x\n'.repeat(50)}`,
      18,
      `\`\`\`\`\n\`\`\`\nx\n\`\`\`\`\n[92 left out]\n\`\`\`\`\n${'x\n'.repeat(3)}`,
    ],
  ])('%s', (_, text, most, expected) => {
    expect(cut(text, most)).toBe(expected)
  })

  it('keeps both ends, says how much is gone, and leaves no half of a character, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 20 }),
        fc.integer({ min: 9, max: 40 }),
        (text, most) => {
          fc.pre(text.length > most && !/[`~[\n]/.test(text))
          const [, head = '', left = '', tail = ''] =
            /^(.*)\n\[(\d+) left out\]\n(.*)$/s.exec(cut(text, most)) ?? []
          expect(text.startsWith(head) && text.endsWith(tail)).toBe(true)
          expect(head.length + tail.length + Number(left)).toBe(text.length)
          expect(head.length + tail.length).toBeLessThanOrEqual(most)
          expect(`${head}${tail}`).not.toMatch(/\p{Surrogate}/u)
        },
      ),
    )
  })
})

it('takes the newest texts that fit, and none beyond one that does not', () => {
  expect(lastThatFit(['aaaa', 'bb', 'cc'], 4)).toBe(2)
  expect(lastThatFit(['a', 'bbbbbbb', 'cc'], 4)).toBe(1)
  expect(lastThatFit(['a', 'b'], 4)).toBe(2)
  expect(lastThatFit(['aaaaa'], 4)).toBe(0)
  expect(lastThatFit([], 4)).toBe(0)
})

it('tells the person that it is their text', () => {
  expect(ofDescription('x'.repeat(MOST.description))).toBeNull()
  expect(ofDescription(null)).toBeNull()
  expect(ofDescription('x'.repeat(1_200_000))).toBe(
    'This description has 1,200,000 characters. Agents get its first 40,000 and its last 20,000, and a command to read the rest.',
  )
  expect(ofComment('x'.repeat(10_000))).toBe(
    'This comment has 10,000 characters. Agents get its first 6,000 and its last 3,000, and a command to read the rest.',
  )
  const comment = (length: number) => ({ author: 'ada', body: 'x'.repeat(length) })
  expect(inParts('short', [comment(9000), comment(9000)])).toEqual([])
  expect(inParts('x'.repeat(70_000), [comment(1), comment(50_000)])).toEqual([
    expect.stringMatching(/^This description has 70,000 characters\. /),
    expect.stringMatching(/^Comment 2, by ada, has 50,000 characters\. /),
    'The comments have 50,001 characters together. Agents get the newest 45,000, and a command to read the rest.',
  ])
})

describe('titles', () => {
  it('are cut where nobody can be asked, with the whole in the description', () => {
    const title = `${'word '.repeat(60)}end`
    const fits = fitting({ title, description: 'More.' })
    expect(fits.title.length).toBeLessThanOrEqual(MOST_TITLE)
    expect(fits.title).toMatch(/word …$/)
    expect(fits.description).toBe(`The whole title: ${title}\n\nMore.`)
    expect(tooLong(fits.title)).toBeNull()
    expect(tooLong(title)?.sentence).toContain('this ticket title has 303 characters. The maximum is 256.')
    expect(fitting({ title: 'Short', description: null })).toEqual({ title: 'Short', description: null })
  })
})
