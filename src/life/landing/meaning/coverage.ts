/** Changes that lower the required coverage, or where it is measured. */
import type { Versions } from './differ.ts'

/** True for files that may set coverage, by their names alone. */
export const setsCoverage = (path: string): boolean => SETS_COVERAGE.test(path)

const SETS_COVERAGE =
  /(^|\/)(package\.json|(jest|vitest|vite|karma|nyc|c8)[\w.-]*|\.(nycrc|c8rc|coveragerc|simplecov)[\w.]*|pyproject\.toml|setup\.cfg|tox\.ini|pytest\.ini|\.?codecov\.ya?ml|phpunit[\w.-]*|build\.gradle(\.kts)?|pom\.xml|Makefile|justfile|verify\.sh|noxfile\.py|\w*_helper\.rb)$/i

/** Describes such changes of a file in words, without its path; empty for a new file. */
export function aboutCoverage({
  path,
  before,
  after,
}: Pick<Versions, 'path' | 'before' | 'after'>): string[] {
  if (!setsCoverage(path) || before === null) return []
  const [old, now] = [thresholds(before), thresholds(after ?? '')]
  const lowered = [...old]
    .filter(([name, least]) => (now.get(name) ?? 0) < least)
    .map(([name, least]) => `coverage of ${name} at least ${now.get(name) ?? 'nothing'}, ${least} before`)
  const isOff = measured(after ?? '') < measured(before)
  return [...lowered, ...(isOff ? ['coverage is measured in fewer places'] : [])]
}

const MEASURES =
  /--cov\b|--coverage|collectCoverage\b\W+true|\bcoverage run\b|\b(nyc|c8) |check-coverage|jacocoTestCoverageVerification/

const measured = (text: string) => text.split('\n').filter((line) => MEASURES.test(line)).length

const THRESHOLD =
  /\b(branches|functions|lines|statements|fail[_-]under|cov-fail-under|minimum_coverage|minimumCoverage|minimum|global|target)\b["']?\s*(?:[:=( ]|=>)\s*["']?(\d+(?:\.\d+)?)/g

/** Lowest threshold of each name. */
function thresholds(text: string): Map<string, number> {
  const found = new Map<string, number>()
  for (const [, name, least] of text.matchAll(THRESHOLD))
    found.set(name!, Math.min(Number(least), found.get(name!) ?? Number.POSITIVE_INFINITY))
  return found
}
