/** Sieve for secrets and conflict markers in a file of any size, as a stream; it holds no more than a line. */
import { secretsIn } from './secrets.ts'

/** Findings in a file. */
export interface Sifted {
  /**
   * True with all three kinds of conflict marker, in order, each at the start of a line: a heading underlined with =
   * does not count.
   */
  isMarked: boolean
  /** True for a file that is not text: it holds a zero byte. */
  isBinary: boolean
  secrets: { what: string; line: number; text: string }[]
}

/** Sieve for one file. */
export interface Sieve {
  /** Reads the next piece of the file. */
  push(piece: Uint8Array): void
  /** Gives the findings after the last piece. */
  end(): Sifted
}

/** Maximum bytes of a line to examine whole; of a longer one, so many bytes of the previous piece are added. */
const LONGEST = 64 * 1024
const OVERLAP = 1024
/** Maximum secrets of one file: more help nobody. */
const MOST_SECRETS = 100

const MARKERS = /^(<{7} |={7}\r?$|>{7} )/gm
const ORDER = ['<', '=', '>']

/** Makes a sieve. */
export function sieve(): Sieve {
  let rest = ''
  /** True when the rest begins within a line, which has been examined up to the overlap. */
  let isWithin = false
  let line = 1
  let marked = 0
  const found: Sifted = { isMarked: false, isBinary: false, secrets: [] }

  function mark(text: string): void {
    for (const { index, 1: sign = '' } of text.matchAll(MARKERS))
      if ((index > 0 || !isWithin) && marked < ORDER.length && sign[0] === ORDER[marked]) marked++
  }

  function look(text: string): void {
    if (text.includes('<<<<<<< ') || marked > 0) mark(text)
    for (const { what, at, text: secret } of secretsIn(text)) {
      // Without what was before it nobody knows whether a word begins there; it was seen with that.
      if ((isWithin && at === 0) || found.secrets.length >= MOST_SECRETS) continue
      const where = line + breaksIn(text.slice(0, at))
      const isKnown = found.secrets.some((each) => each.what === what && each.line === where)
      if (!isKnown) found.secrets.push({ what, line: where, text: secret })
    }
  }

  return {
    push(piece) {
      const text = rest + Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1')
      found.isBinary ||= text.includes('\0')
      const end = text.lastIndexOf('\n') + 1
      const isLong = end === 0 && text.length > LONGEST
      if (end === 0 && !isLong) {
        rest = text
        return
      }
      const whole = isLong ? text : text.slice(0, end)
      look(whole)
      line += isLong ? 0 : breaksIn(whole)
      rest = isLong ? text.slice(-OVERLAP) : text.slice(end)
      isWithin = isLong
    },
    end() {
      look(rest)
      return { ...found, isMarked: marked === ORDER.length && !found.isBinary }
    },
  }
}

function breaksIn(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++
  return count
}
