/**
 * Scanner that reads JSON piece by piece and reports the place of each value: a request of many megabytes never blocks
 * the server, and of two fields with one name both are seen. It checks no more grammar than that takes: the receiver
 * parses all of it.
 */

/** Value in the JSON. `OPEN` stands for the beginning of an object or a list, `LONG` for a string of over 256 bytes. */
export type Value = string | number | boolean | null | typeof OPEN | typeof LONG
export const OPEN = Symbol('open')
export const LONG = Symbol('long')

/** Scanner of one text. */
export interface Scanner {
  push(chunk: Buffer): void
  /** True when everything begun has ended, and nothing was nested too deep. */
  isSound(): boolean
}

/** Maximum depth of objects and lists. */
const DEEPEST = 200
const LONGEST = 256

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a]
const [OBJECT, OBJECT_END, LIST, LIST_END] = [0x7b, 0x7d, 0x5b, 0x5d]
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d])

interface Level {
  isObject: boolean
  key: string
  awaitsKey: boolean
}

interface Reading {
  see: (path: string, value: Value) => void
  levels: Level[]
  /** Pieces of the string that is being read, while it is short; null outside of one. */
  text: Buffer[] | null
  /** Bytes of the string so far. */
  length: number
  isEscaped: boolean
  /** Number, or true, false or null, as far as it has come. */
  word: string
  isSound: boolean
}

/**
 * Makes a scanner. `see` gets the path of each value: names of fields, and `[]` for a place in a list, joined by dots.
 */
export function jsonScanner(see: Reading['see']): Scanner {
  const at: Reading = { see, levels: [], text: null, length: 0, isEscaped: false, word: '', isSound: true }
  return {
    push(chunk) {
      for (let byte = 0; byte < chunk.length && at.isSound; byte++) {
        if (at.text !== null) byte = inString(at, at.text, chunk, byte)
        else outside(at, chunk[byte]!)
      }
    },
    isSound: () => at.isSound && at.levels.length === 0 && at.text === null,
  }
}

/** Reads a string; gives the offset of its end in the chunk, or the chunk's end. */
function inString(at: Reading, parts: Buffer[], chunk: Buffer, from: number): number {
  let end = from
  for (; end < chunk.length; end++) {
    if (at.isEscaped) at.isEscaped = false
    else if (chunk[end] === BACKSLASH) at.isEscaped = true
    else if (chunk[end] === QUOTE) break
  }
  at.length += end - from
  if (at.length <= LONGEST) parts.push(chunk.subarray(from, end))
  if (end < chunk.length) {
    endString(at, parts)
    at.text = null
  }
  return end
}

function endString(at: Reading, parts: Buffer[]): void {
  const level = at.levels.at(-1)
  const value = at.length > LONGEST ? LONG : unescaped(Buffer.concat(parts).toString())
  if (value === null) at.isSound = false
  else if (level?.awaitsKey) level.key = value === LONG ? '' : value
  else at.see(pathOf(at), value)
}

function outside(at: Reading, byte: number): void {
  const level = at.levels.at(-1)
  switch (byte) {
    case QUOTE:
      at.text = []
      at.length = 0
      return
    case OBJECT:
    case LIST:
      at.see(pathOf(at), OPEN)
      at.levels.push({ isObject: byte === OBJECT, key: '', awaitsKey: byte === OBJECT })
      at.isSound &&= at.levels.length <= DEEPEST
      return
    case OBJECT_END:
    case LIST_END:
      endWord(at)
      at.isSound &&= at.levels.pop() !== undefined
      return
    case COMMA:
      endWord(at)
      if (level) level.awaitsKey = level.isObject
      return
    case COLON:
      if (level) level.awaitsKey = false
      return
    default:
      if (SPACES.has(byte)) endWord(at)
      else if (at.word.length < LONGEST) at.word += String.fromCharCode(byte)
  }
}

function endWord(at: Reading): void {
  if (at.word === '') return
  const { word } = at
  at.word = ''
  at.see(pathOf(at), WORDS.has(word) ? (WORDS.get(word) ?? null) : Number(word))
}

const pathOf = ({ levels }: Reading) => levels.map(({ isObject, key }) => (isObject ? key : '[]')).join('.')

const WORDS = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
])

function unescaped(text: string): string | null {
  if (!text.includes('\\')) return text
  try {
    return JSON.parse(`"${text}"`)
  } catch {
    return null
  }
}
