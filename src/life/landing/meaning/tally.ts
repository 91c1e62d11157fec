/** Counts of matches in the lines of a file's code, and the matches that went and came. */
import { codeOf } from './plain.ts'
import { IMPORTS } from './signs.ts'

/** Version of a file; `lines` are those of its code, parallel to `raw`. */
export interface Read {
  code: string
  raw: string[]
  lines: string[]
}

/** Reads a version; `path` determines the language. */
export function readOf(path: string, text: string): Read {
  const code = codeOf(path, text)
  return { code, raw: text.split('\n'), lines: code.split('\n') }
}

/** Tally of tests, or of assertions. */
export interface Tally {
  before: number
  now: number
  went: string[]
  came: string[]
}

/** Counts the matches of a pattern in both versions; lines are given as they stand in the file. */
export function tallyOf(old: Read, now: Read, pattern: RegExp): Tally {
  const [before, after] = [linesOf(old, pattern), linesOf(now, pattern)]
  return {
    before: before.length,
    now: after.length,
    went: more(after, before),
    came: more(before, after),
  }
}

/** Lines as they stand in the file, one for each match of the pattern. */
function linesOf({ raw, lines }: Read, pattern: RegExp): string[] {
  return lines.flatMap((line, at) => {
    if (IMPORTS.test(line)) return []
    const { length } = line.match(pattern) ?? []
    return length === 0 ? [] : Array<string>(length).fill((raw[at] ?? line).trim())
  })
}

/** Elements of `now` that occur there more often than in `before`. */
export function more(before: readonly string[], now: readonly string[]): string[] {
  const left = tallied(before)
  return now.filter((each) => !taken(left, each))
}

/** Number of occurrences of each element. */
export function tallied(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const each of lines) counts.set(each, (counts.get(each) ?? 0) + 1)
  return counts
}

/** Takes one occurrence off; gives false when none was left. */
export function taken(left: Map<string, number>, line: string): boolean {
  const count = left.get(line) ?? 0
  if (count > 0) left.set(line, count - 1)
  return count > 0
}

/** Counts in words: `1 test`, `2 tests`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
