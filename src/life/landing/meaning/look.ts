/** Looks at one changed file for what weakens tests: by what its code holds, before and after. */
import { shown } from '../../../ports/path-bytes.ts'
import { aboutCoverage, setsCoverage } from './coverage.ts'
import type { Versions } from './differ.ts'
import { CHECKS, DECLARES, EXITS, RETURNS, SKIPS } from './signs.ts'
import { more, type Read, readOf, type Tally, tallyOf } from './tally.ts'
import { isLost, isTest } from './tests.ts'

/** By its name alone, whether a change of it could. Rust has its tests in any file, and tests load any code. */
export const mayRaiseDoubts = (path: string): boolean =>
  isTest(path) || path.endsWith('.rs') || LOADED.test(path) || setsCoverage(path)

const LOADED = /\.([cm]?[jt]sx?|py|rb)$/i

/** What was seen of one changed file. */
export interface Look {
  path: string
  /** Why it is no test any more; null while it is one. */
  gone: string | null
  /** Of tests and of assertions: how many there were and are, and the lines that went and came. */
  tests: Tally
  checks: Tally
  /** Ways to leave a test out that went, and that came. */
  skips: Pick<Tally, 'went' | 'came'>
  /** What catches the eye besides. */
  others: string[]
}

/** Reads both versions, and keeps no more of them than can tell. */
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

/** Go says so in a comment. */
const skipsIn = (text: string, { code }: Read): string[] => [
  ...(code.match(SKIPS) ?? []).map((each) => each.trim()),
  ...(code.match(RETURNS) ?? []).map(() => 'return at once'),
  ...(text.match(/^\/\/(?:go:build| \+build)\b/gm) ?? []),
]

const exitsIn = (path: string, read: Read): string[] => [
  ...(read.code.match(EXITS) ?? []).map((each) => each.trim()),
  ...(RETURNS_OUTSIDE.test(path) ? outermost(read, /^return\b(?=\s*;?\s*$)/) : []),
]

/** Where a file as a whole may return. */
const RETURNS_OUTSIDE = /\.(c?[jt]s|php|lua)$/i

const ends = (exits: string[]): string[] =>
  exits.length === 0 ? [] : [`ends what runs it, and well (${[...new Set(exits)].join(', ')})`]

/** Code with tests in it may be a program, and so may a new script, or a new helper of tests. */
const mayBeProgram = (path: string, before: string | null) =>
  !isTest(path) || (before === null && IS_OFTEN_STARTED.test(path))

const IS_OFTEN_STARTED = /\.(sh|bats)$|(^|\/)(?!test[_-])[\w-]+\.\w+$/i

/** Of code that is no test: what runs as soon as something loads it. A program ends itself. */
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
