/** Tells what is red on a change apart from what is red on `main` already, by what both gates printed. */
import { failingTests, linesOf, plainly } from './failing-tests.ts'

export interface Apart {
  /** Red on `main`, too: names of tests, or lines of what the gate printed. */
  onMain: string[]
  /** Red on the change only; none: it is red on nothing but what `main` is red on. */
  fresh: string[]
}

/** By the names of tests when both outputs name some, else by the lines that differ. */
export function apart(main: string, change: string): Apart {
  const [known, named] = [failingTests(main), failingTests(change)]
  if (known.length === 0 || named.length === 0) return byLines(main, change)
  return {
    onMain: named.filter((name) => known.includes(name)),
    fresh: named.filter((name) => !known.includes(name)),
  }
}

/** What is red on `main`, by what its gate printed: names of tests, or else the lines that tell most. */
export function redOn(main: string): string[] {
  const named = failingTests(main)
  return named.length > 0 ? named : told(main).map(({ line }) => line)
}

interface Line {
  line: string
  /** The same for two runs that differ in numbers, times and places only. */
  mark: string
}

function byLines(main: string, change: string): Apart {
  const left = new Map<string, number>()
  for (const { mark } of told(main)) left.set(mark, (left.get(mark) ?? 0) + 1)
  const parts: Apart = { onMain: [], fresh: [] }
  const same = new Set(told(main).map(({ line }) => line))
  // What is the very same line comes first: of two that differ in a number, the other one is new.
  const lines = told(change).sort((a, b) => Number(same.has(b.line)) - Number(same.has(a.line)))
  for (const { line, mark } of lines) {
    const times = left.get(mark) ?? 0
    left.set(mark, times - 1)
    parts[times > 0 ? 'onMain' : 'fresh'].push(line)
  }
  return parts
}

const FAILS =
  /fail|error|exception|panic|assert|expected|cannot|could not|not found|traceback|fatal|killed|denied/i
const PASSES = /^\s*(?:[✓✔√]|ok\b|pass(?:ed|es|ing)?\b|PASS\b)|\b(?:ok|passed|PASSED|PASS)\s*$/
const COUNTS = /^[#\s.:·=*_-]*$/

/** Lines that may tell of a failure: when some sound like one, only those. */
function told(output: string): Line[] {
  const lines = linesOf(output)
    .filter((line) => !PASSES.test(line))
    .map((line) => ({ line: line.trim(), mark: markOf(line) }))
    .filter(({ mark }) => !COUNTS.test(mark))
  const failing = lines.filter(({ line }) => FAILS.test(line))
  return failing.length > 0 ? failing : lines
}

const markOf = (line: string): string =>
  plainly(line)
    .replace(/\b0x[0-9a-f]+\b|\b[0-9a-f]{7,}\b/gi, '#')
    .replace(/\b\d+(?:\.\d+)?(?:ms|s)?\b/g, '#')

const MOST = 20

/** As a list, one a line; cut when there are many. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST).map((name) => `- ${name}`)
  return names.length > MOST ? [...shown, `- and ${names.length - MOST} more`].join('\n') : shown.join('\n')
}
