/** The scanner tells of any JSON what the standard parser finds in it, however it comes in pieces. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonScanner, LONG, OPEN, type Value } from '../../src/gateway/model/scan-json.ts'

function scan(text: string, cut = Number.POSITIVE_INFINITY): { told: [string, Value][]; isSound: boolean } {
  const told: [string, Value][] = []
  const scanner = jsonScanner((path, value) => told.push([path, value]))
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += cut) scanner.push(bytes.subarray(at, at + cut))
  scanner.push(Buffer.from('\n'))
  return { told, isSound: scanner.isSound() }
}

/** The same by the standard parser. */
function tellOf(value: unknown, path: string[] = []): [string, Value][] {
  const at = path.join('.')
  if (value === null || typeof value !== 'object') return [[at, isLong(value) ? LONG : (value as Value)]]
  const fields = Array.isArray(value)
    ? value.flatMap((each) => tellOf(each, [...path, '[]']))
    : Object.entries(value).flatMap(([key, each]) => tellOf(each, [...path, isLong(key) ? '' : key]))
  return [[at, OPEN], ...fields]
}

const isLong = (value: unknown) =>
  typeof value === 'string' && Buffer.byteLength(JSON.stringify(value)) - 2 > 256

it('tells every value of any JSON, in pieces of any size', () => {
  fc.assert(
    fc.property(fc.json(), fc.integer({ min: 1, max: 40 }), fc.boolean(), (text, cut, isSpaced) => {
      const spaced = isSpaced ? JSON.stringify(JSON.parse(text), null, 2) : text
      expect(scan(spaced, cut)).toEqual({ told: tellOf(JSON.parse(text)), isSound: true })
    }),
    { numRuns: 1000 },
  )
})

it('sees both of two fields with one name, and names that are written with escapes', () => {
  expect(scan('{"a": [], "a": 1, "\\u0061": 2}').told).toEqual([
    ['', OPEN],
    ['a', OPEN],
    ['a', 1],
    ['a', 2],
  ])
})

it.each(['{', '{"a": 1', '[1]]', '"a', '['.repeat(201) + ']'.repeat(201), '{"\\x": 1}'])(
  'takes %s for unsound',
  (text) => {
    expect(scan(text).isSound).toBe(false)
  },
)
