/** Comparison of a red change with a red `main`, by the output of both gates. */
import { failingTests, linesOf, plainly } from './failing-tests.ts'

/** Failures of a change, divided by `main`. */
export interface Apart {
  /** Failures of `main`, too: names of tests, or lines of the gate's output. */
  onMain: string[]
  /** Failures of the change only; empty when it is red only where `main` is. */
  fresh: string[]
}

/** Divides failures by the names of tests when both outputs have some, else by the lines that differ. */
export function apart(main: string, change: string): Apart {
  const [known, named] = [failingTests(main), failingTests(change)]
  if (known.length === 0 || named.length === 0) return byLines(main, change)
  return {
    onMain: named.filter((name) => known.includes(name)),
    fresh: named.filter((name) => !known.includes(name)),
  }
}

/** Failures of `main` in its gate's output: names of tests, or else the most telling lines. */
export function redOn(main: string): string[] {
  const named = failingTests(main)
  return named.length > 0 ? named : told(main).map(({ line }) => line)
}

interface Line {
  line: string
  /** Mark that is equal for two runs which differ only in numbers, times and places. */
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

/** Lines that may report a failure; only those that sound like one, when there are any. */
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

/** Formats names as a list, one per line, shortened when there are many. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST).map((name) => `- ${name}`)
  return names.length > MOST ? [...shown, `- and ${names.length - MOST} more`].join('\n') : shown.join('\n')
}
