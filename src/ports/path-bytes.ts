/**
 * File names as text. Git's names are bytes: mostly UTF-8, but not always. Each byte that is not UTF-8 becomes half a
 * surrogate pair, U+DC80 to U+DCFF for the bytes 80 to FF, which no UTF-8 holds. So two names always stay two, and each
 * goes back to git as it came.
 */
import { isSafe } from '../ticket/visible.ts'

/** Converts a name that git gave to text. */
export function pathOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
  return text.includes('\ufffd') ? byPieces(bytes) : text
}

function byPieces(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at]!
    const length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    const piece = Buffer.from(bytes.subarray(at, at + length))
    const isText = Buffer.from(piece.toString()).equals(piece)
    text += isText ? piece.toString() : String.fromCharCode(0xdc00 + first)
    at += isText ? length : 1
  }
  return text
}

/** Converts a name to bytes, for git and for the disk. */
export function bytesOf(path: string): Buffer {
  if (!BROKEN.test(path)) return Buffer.from(path)
  const bytes = [...path].map((each) =>
    BROKEN.test(each) ? Buffer.from([each.charCodeAt(0) - 0xdc00]) : Buffer.from(each),
  )
  return Buffer.concat(bytes)
}

/** Half a surrogate pair that stands alone; with the flag, a half of a whole pair does not match. */
const BROKEN = /[\udc80-\udcff]/u

/** Tells a name that is UTF-8 and shows as what it is. */
export const isPlain = (path: string): boolean => !BROKEN.test(path) && isSafe(path)

/** Formats a name for people and prompts: unchanged, or quoted as git does it, with odd bytes in octal. */
export function shown(path: string): string {
  if (isPlain(path)) return path
  return `"${[...path].map(escaped).join('')}"`
}

function escaped(letter: string): string {
  const short = SHORT[letter]
  if (short) return `\\${short}`
  if (isPlain(letter)) return letter
  return [...bytesOf(letter)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
}

const SHORT: Record<string, string> = { '"': '"', '\\': '\\', '\n': 'n', '\t': 't', '\r': 'r' }

/** Reads the name in a line that git printed, quoted or not. */
export function unquoted(line: string): string {
  const inner = /^"(.*)"$/s.exec(line)?.[1]
  if (inner === undefined) return line
  const parts = inner.match(/\\[0-7]{3}|\\.|[^\\]+/gs) ?? []
  return pathOf(Buffer.concat(parts.map(bytesOfPart)))
}

function bytesOfPart(part: string): Buffer {
  if (!part.startsWith('\\')) return Buffer.from(part)
  const sign = part.charAt(1)
  if (/[0-7]/.test(sign)) return Buffer.from([Number.parseInt(part.slice(1), 8)])
  return Buffer.from(LONG[sign] ?? sign)
}

const LONG: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }
