/** Counts what stands in the lines of a file's code, and tells which of them went and came. */
import { codeOf } from './plain.ts'
import { IMPORTS } from './signs.ts'

/** A version of a file; `lines` are those of its code, each beside its own of the file. */
export interface Read {
  code: string
  raw: string[]
  lines: string[]
}

/** `path` says in which language it is. */
export function readOf(path: string, text: string): Read {
  const code = codeOf(path, text)
  return { code, raw: text.split('\n'), lines: code.split('\n') }
}

/** Of tests, or of assertions. */
export interface Tally {
  before: number
  now: number
  went: string[]
  came: string[]
}

/** Of what the pattern means in a line; the lines are given as they stand in the file. */
export function tallyOf(old: Read, now: Read, pattern: RegExp): Tally {
  const [before, after] = [linesOf(old, pattern), linesOf(now, pattern)]
  return {
    before: before.length,
    now: after.length,
    went: more(after, before),
    came: more(before, after),
  }
}

/** Lines as they stand in the file, one for each time that the pattern is met. */
function linesOf({ raw, lines }: Read, pattern: RegExp): string[] {
  return lines.flatMap((line, at) => {
    if (IMPORTS.test(line)) return []
    const { length } = line.match(pattern) ?? []
    return length === 0 ? [] : Array<string>(length).fill((raw[at] ?? line).trim())
  })
}

/** What of `now` stands there more often than in `before`. */
export function more(before: readonly string[], now: readonly string[]): string[] {
  const left = tallied(before)
  return now.filter((each) => !taken(left, each))
}

/** How often each of them is there. */
export function tallied(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const each of lines) counts.set(each, (counts.get(each) ?? 0) + 1)
  return counts
}

/** Whether one was left; then there is one less. */
export function taken(left: Map<string, number>, line: string): boolean {
  const count = left.get(line) ?? 0
  if (count > 0) left.set(line, count - 1)
  return count > 0
}

/** `1 test`, `2 tests`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
