/** Look at one changed file for signs of weaker tests, by its code before and after. */
import { shown } from '../../../ports/path-bytes.ts'
import { aboutCoverage, setsCoverage } from './coverage.ts'
import type { Versions } from './differ.ts'
import { CHECKS, DECLARES, EXITS, RETURNS, SKIPS } from './signs.ts'
import { more, type Read, readOf, type Tally, tallyOf } from './tally.ts'
import { isLost, isTest } from './tests.ts'

/**
 * True for files whose change could weaken tests, by their names alone. Rust has its tests in any file, and tests load
 * any code.
 */
export const mayRaiseDoubts = (path: string): boolean =>
  isTest(path) || path.endsWith('.rs') || LOADED.test(path) || setsCoverage(path)

const LOADED = /\.([cm]?[jt]sx?|py|rb)$/i

/** Observations about one changed file. */
export interface Look {
  path: string
  /** Reason why it is no longer a test; null while it is one. */
  gone: string | null
  /** Tests and assertions: their numbers before and after, and the lines that went and came. */
  tests: Tally
  checks: Tally
  /** Ways to skip a test that went, and that came. */
  skips: Pick<Tally, 'went' | 'came'>
  /** Other suspicious points. */
  others: string[]
}

/** Compares both versions, and holds no more of them than needed. */
export function lookAt({ path, from = null, before, after }: Versions): Look {
  const was = from ?? path
  const [old, now] = [readOf(was, before ?? ''), readOf(path, after ?? '')]
  const isOne = isTest(path) || isTest(was) || /#\[(\w+::)*test\b|#\[cfg\(test\)\]/.test(old.code)
  const coverage = aboutCoverage({ path, before, after })
  if (!isOne) return { ...NOTHING, path, others: [...atTopLevel(path, before, old, now), ...coverage] }
  const tests = tallyOf(old, now, DECLARES)
  const checks = tallyOf(old, now, CHECKS)
  const gone = whyGone({ path, was, before, after, old, now, hasTests: tests.before > 0 })
  const [skipped, skips] = [skipsIn(before ?? '', old), skipsIn(after ?? '', now)]
  if (gone !== null)
    return { path: was, gone, tests, checks, skips: { went: skipped, came: [] }, others: coverage }
  return {
    ...{ path, gone, tests, checks },
    skips: { went: more(skips, skipped), came: more(skipped, skips) },
    others: [
      ...(mayBeProgram(path, before) ? [] : ends(more(exitsIn(was, old), exitsIn(path, now)))),
      ...coverage,
    ],
  }
}

const NONE: Tally = { before: 0, now: 0, went: [], came: [] }
const NOTHING = { gone: null, tests: NONE, checks: NONE, skips: NONE }

interface Ending {
  path: string
  was: string
  before: string | null
  after: string | null
  old: Read
  now: Read
  hasTests: boolean
}

function whyGone({ path, was, before, after, old, now, hasTests }: Ending): string | null {
  if (before !== null && after === null) return 'deleted'
  if (was !== path && isLost(was, path, hasTests))
    return `renamed to ${shown(path)}, which is not the name of a test`
  return isTest(path) && old.code.trim() !== '' && now.code.trim() === '' ? 'emptied' : null
}

/** Skips in a file; Go has them in comments. */
const skipsIn = (text: string, { code }: Read): string[] => [
  ...(code.match(SKIPS) ?? []).map((each) => each.trim()),
  ...(code.match(RETURNS) ?? []).map(() => 'return at once'),
  ...(text.match(/^\/\/(?:go:build| \+build)\b/gm) ?? []),
]

const exitsIn = (path: string, read: Read): string[] => [
  ...(read.code.match(EXITS) ?? []).map((each) => each.trim()),
  ...(RETURNS_OUTSIDE.test(path) ? outermost(read, /^return\b(?=\s*;?\s*$)/) : []),
]

/** Pattern of files that may return as a whole. */
const RETURNS_OUTSIDE = /\.(c?[jt]s|php|lua)$/i

const ends = (exits: string[]): string[] =>
  exits.length === 0 ? [] : [`ends the test run with success (${[...new Set(exits)].join(', ')})`]

/** True for code that may be a program: code with tests in it, a new script, or a new helper of tests. */
const mayBeProgram = (path: string, before: string | null) =>
  !isTest(path) || (before === null && IS_OFTEN_STARTED.test(path))

const IS_OFTEN_STARTED = /\.(sh|bats)$|(^|\/)(?!test[_-])[\w-]+\.\w+$/i

/**
 * Commands at the top level of code that is not a test: they run as soon as something loads it. A program ends itself.
 */
function atTopLevel(path: string, before: string | null, old: Read, now: Read): string[] {
  if (before === null || !LOADED.test(path) || before.startsWith('#!')) return []
  return ends(more(outermost(old, EXITS), outermost(now, EXITS)))
}

function outermost({ lines }: Read, pattern: RegExp): string[] {
  let depth = 0
  return lines.flatMap((line) => {
    const isOuter = depth <= 0 && !/^[ \t]/.test(line)
    depth += count(line, /[{([]/g) - count(line, /[})\]]/g)
    return isOuter && depth <= 0 ? (line.match(pattern) ?? []).map((each) => each.trim()) : []
  })
}

const count = (line: string, pattern: RegExp) => line.match(pattern)?.length ?? 0
