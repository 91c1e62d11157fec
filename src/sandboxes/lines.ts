/** Output of a program, by line and as a tail, in bounded memory whatever its size. Used by every adapter. */
import { StringDecoder } from 'node:string_decoder'

/** Maximum bytes of a line for `onLine`: a harness prints events of some MiB, each on one line. */
export const LONGEST_LINE = 4 * 1024 * 1024
/** Bytes of output that are stored. */
export const TAIL = 64 * 1024

/** Splitter of output into lines. */
export interface LineReader {
  push(chunk: Buffer): void
  /** Passes on the last line, when it does not end in a newline. */
  end(): void
}

/** Makes a line reader. It splits at newlines before it decodes, so a character may span chunks. */
export function lineReader(onLine: (line: string) => void): LineReader {
  let parts: Buffer[] = []
  let size = 0
  const keep = (part: Buffer) => {
    const room = LONGEST_LINE - size
    if (room > 0 && part.length > 0) parts.push(part.length > room ? part.subarray(0, room) : part)
    size += part.length
  }
  const finish = () => {
    const line = textOf(parts, size)
    parts = []
    size = 0
    onLine(line)
  }
  return {
    push(chunk) {
      let start = 0
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        keep(chunk.subarray(start, end))
        finish()
        start = end + 1
      }
      keep(chunk.subarray(start))
    },
    end() {
      if (size > 0) finish()
    },
  }
}

/** Decodes a line; a cut one ends before the character that the cut would split. */
function textOf(parts: Buffer[], size: number): string {
  const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts)
  const line = size > LONGEST_LINE ? new StringDecoder().write(bytes) : bytes.toString()
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

/** Tail of a program's output. */
export interface Tail {
  add(line: string): void
  text(): string
}

/** Makes a tail of the last 64 KiB of the added lines. */
export function tailOf(): Tail {
  let text = ''
  return {
    add(line) {
      text += `${line.length > TAIL ? line.slice(0, TAIL) : line}\n`
      if (text.length > 4 * TAIL) text = text.slice(-TAIL)
    },
    text() {
      const bytes = Buffer.from(text)
      let start = Math.max(0, bytes.length - TAIL)
      // Not in the middle of a character.
      while (start > 0 && (bytes[start]! & 0xc0) === 0x80) start++
      return bytes.subarray(start).toString()
    },
  }
}
