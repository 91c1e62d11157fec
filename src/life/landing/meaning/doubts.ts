/** Doubts about a change that weakens tests below an unchanged gate. For people to look at: they decide nothing. */
import { shown } from '../../../ports/path-bytes.ts'
import type { Versions } from './differ.ts'
import { type Look, lookAt } from './look.ts'
import { counted, type Tally, taken, tallied } from './tally.ts'
import { isLeftOut } from './tests.ts'

/** Finds doubts, each as `path: what`; `files` are the changed ones that `mayRaiseDoubts`. */
export const doubtsOf = (files: readonly Versions[]): string[] => mostOf(told(files.map(lookAt)))

/** Maximum number of doubts: a change with more is looked at in any case. */
const MOST = 100

/** First hundred doubts, with the number of the rest. */
export function mostOf(doubts: string[]): string[] {
  const left = doubts.length - MOST
  return left > 0 ? [...doubts.slice(0, MOST), `${counted(left, 'doubt')} more`] : doubts
}

/** Describes the looks at all files of a change. Lines that left one file and arrived in another were only moved. */
export function told(looks: readonly Look[]): string[] {
  const stays = looks.filter(({ gone, path }) => gone === null && !isLeftOut(path))
  const arrived = {
    tests: tallied(stays.flatMap(({ tests }) => tests.came)),
    checks: tallied(stays.flatMap(({ checks }) => checks.came)),
  }
  const skips = tallied(looks.flatMap((look) => look.skips.went))
  return looks.flatMap((look) =>
    [...missing(look, arrived), ...skipped(look, skips), ...look.others].map(
      (what) => `${shown(look.path)}: ${what}`,
    ),
  )
}

type Arrived = Record<'tests' | 'checks', Map<string, number>>

function missing({ gone, tests, checks }: Look, arrived: Arrived): string[] {
  const moved = tests.went.filter((line) => taken(arrived.tests, line)).length
  // An assertion looks like many others: it has moved only where its test has.
  const along = moved === 0 ? 0 : checks.went.filter((line) => taken(arrived.checks, line)).length
  const isMoved = moved > 0 && tests.before <= moved && checks.before <= along
  if (gone !== null) return isMoved ? [] : [gone]
  return [...fewer(tests, moved, 'test'), ...fewer(checks, along, 'assertion')]
}

/** Describes new skips, without those that may have come from another file. */
function skipped({ skips }: Look, left: Map<string, number>): string[] {
  const fresh = skips.came.filter((each) => !taken(left, each))
  return fresh.length === 0
    ? []
    : [`${counted(fresh.length, 'more skip')} (${[...new Set(fresh)].join(', ')})`]
}

const fewer = ({ before, now }: Tally, moved: number, noun: string): string[] => {
  if (before - now - moved <= 0) return []
  return [`${counted(now, noun)}, ${before} before${moved > 0 ? `, ${moved} moved` : ''}`]
}
