/**
 * Reads JSON piece by piece as it comes in, and tells of each value where it stands: so a request of many megabytes
 * never holds the server up, and of two fields with one name both are seen. It checks no more grammar than that takes:
 * whoever the text is for reads all of it.
 */

/** `open` stands for the beginning of an object or a list. A string of over 256 bytes is told without its text. */
export type Value = string | number | boolean | null | typeof OPEN | typeof LONG
export const OPEN = Symbol('open')
export const LONG = Symbol('long')

export interface Scanner {
  push(chunk: Buffer): void
  /** Whether all that was begun has ended, and nothing was nested too deep. */
  isSound(): boolean
}

/** Objects and lists in each other. */
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
  /** The pieces of the string that is being read, as long as it is short; null outside of one. */
  text: Buffer[] | null
  /** Bytes of it. */
  length: number
  isEscaped: boolean
  /** A number, or true, false or null, as far as it has come. */
  word: string
  isSound: boolean
}

/** `see` is called with the names of the objects' fields on the way, `[]` for a place in a list, joined by dots. */
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

/** Gives where the string ends in the chunk, or the end of the chunk. */
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
