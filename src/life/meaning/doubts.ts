/** Says of a change how it weakens tests below a gate that stays as it is. For people to look at: it decides nothing. */
import { shown } from '../../ports/path-bytes.ts'
import type { Versions } from './differ.ts'
import { isTest } from './tests.ts'

/** What catches the eye, each as `path: what`; `files` are the changed ones that `mayRaiseDoubts`. */
export const doubtsOf = (files: readonly Versions[]): string[] =>
  files.flatMap((file) =>
    [...aboutTests(file), ...aboutCoverage(file)].map((what) => `${shown(file.path)}: ${what}`),
  )

/** By its name alone, whether a change of it could. Rust has its tests in any file. */
export const mayRaiseDoubts = (path: string): boolean =>
  isTest(path) || path.endsWith('.rs') || SETS_COVERAGE.test(path)

function aboutTests({ path, before, after }: Versions): string[] {
  if (!isTest(path) && !/#\[(\w+::)?test\]/.test(before ?? '')) return []
  if (before !== null && after === null) return ['deleted']
  const [old, now] = [before ?? '', after ?? '']
  if (old.trim() !== '' && now.trim() === '') return ['emptied']
  const skips = more(SKIPS, old, now)
  const [checked, checks] = [linesWith(ASSERTS, old), linesWith(ASSERTS, now)]
  return [
    ...(skips.length > 0
      ? [`${counted(skips.length, 'more skip')} (${[...new Set(skips)].join(', ')})`]
      : []),
    ...(checks < checked ? [`${counted(checks, 'line')} with an assertion, ${checked} before`] : []),
  ]
}

/** How tests are left out, in the languages that there are. */
const SKIPS = new RegExp(
  [
    String.raw`\b(?:it|test|describe|context|suite|specify|Deno\.test)\.(?:skip|only|todo|fixme|failing)\w*`,
    String.raw`\b(?:xit|xdescribe|xtest|xspecify|xcontext|fit|fdescribe|fcontext)(?=\s*[('"])`,
    String.raw`@(?:pytest\.mark\.(?:skip|skipif|xfail)|unittest\.(?:skip\w*|expectedFailure)|Disabled\w*|Ignore)\b`,
    String.raw`\b(?:pytest\.(?:skip|xfail)|self\.skipTest|[tb]\.Skip(?:f|Now)?|markTest(?:Skipped|Incomplete)|GTEST_SKIP|t\.skip|XCTSkip\w*)(?=\()`,
    String.raw`#\[ignore|\[Ignore|\(Skip\s*=|@tag :skip|@moduletag :skip|\bDISABLED_`,
    String.raw`^\s*(?:pending|skip)\b(?=$|[ ('"])|\bskip: *true|->(?:skip|todo)(?=\()`,
  ].join('|'),
  'gm',
)

const ASSERTS =
  /\b(assert\w*|expect\w*|should\w*|verify|require\.\w+|t\.(Error|Fatal|Fail|Log)\w*|is_deeply|EXPECT_\w+|ASSERT_\w+|XCTAssert\w*|refute\w*|match_snapshot|toMatch\w*)\b/

const linesWith = (pattern: RegExp, text: string) =>
  text.split('\n').filter((line) => pattern.test(line)).length

/** What stands there more often than before. */
function more(pattern: RegExp, before: string, now: string): string[] {
  const left = (before.match(pattern) ?? []).map((each) => each.trim())
  return (now.match(pattern) ?? [])
    .map((each) => each.trim())
    .filter((each) => {
      const at = left.indexOf(each)
      if (at !== -1) left.splice(at, 1)
      return at === -1
    })
}

const SETS_COVERAGE =
  /(^|\/)(package\.json|(jest|vitest|vite|karma|nyc|c8)[\w.-]*|\.(nycrc|c8rc|coveragerc|simplecov)[\w.]*|pyproject\.toml|setup\.cfg|tox\.ini|pytest\.ini|\.?codecov\.ya?ml|phpunit[\w.-]*|build\.gradle(\.kts)?|pom\.xml|Makefile|justfile|verify\.sh|noxfile\.py|\w*_helper\.rb)$/i

function aboutCoverage({ path, before, after }: Versions): string[] {
  if (!SETS_COVERAGE.test(path) || before === null) return []
  const [old, now] = [thresholds(before), thresholds(after ?? '')]
  const lowered = [...old]
    .filter(([name, least]) => (now.get(name) ?? 0) < least)
    .map(([name, least]) => `coverage of ${name} at least ${now.get(name) ?? 'nothing'}, ${least} before`)
  const isOff = linesWith(MEASURES, after ?? '') < linesWith(MEASURES, before)
  return [...lowered, ...(isOff ? ['coverage is measured in fewer places'] : [])]
}

const MEASURES =
  /--cov\b|--coverage|collectCoverage\b\W+true|\bcoverage run\b|\b(nyc|c8) |check-coverage|jacocoTestCoverageVerification/

const THRESHOLD =
  /\b(branches|functions|lines|statements|fail[_-]under|cov-fail-under|minimum_coverage|minimumCoverage|minimum|global|target)\b["']?\s*(?:[:=( ]|=>)\s*["']?(\d+(?:\.\d+)?)/g

/** The lowest of each name. */
function thresholds(text: string): Map<string, number> {
  const found = new Map<string, number>()
  for (const [, name, least] of text.matchAll(THRESHOLD))
    found.set(name!, Math.min(Number(least), found.get(name!) ?? Number.POSITIVE_INFINITY))
  return found
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`
