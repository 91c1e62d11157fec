/** What the scripted agents are told: a ticket for each commit, or for some that go together. */
import { gzipSync } from 'node:zlib'
import type { Commit } from './history.ts'
import { waits } from './lines.ts'

export interface Filed {
  /** The commits of the history that it stands for, by their indices. */
  members: number[]
  title: string
  script: object[]
  /** Indices of the tickets that it waits for. */
  after: number[]
}

/** Brings the files to what `main` has, and says in a merge that it is still the merge. */
const AFRESH = `if git rev-parse -q --verify MERGE_HEAD >/dev/null
then git restore -q --source=MERGE_HEAD --staged --worktree -- .
else git reset -q --hard
fi
git clean -ffdq`

/** What git ignores is only collected when it is committed. */
const COMMITTED = { run: { command: 'git commit -q -m replayed', may_fail: true } }

const LONGEST_TITLE = 200

/** The tickets in their order; `idOf` gives the number that one of them is filed under, from its index on. */
export function ticketsOf(commits: Commit[], groups: number[][], idOf: (index: number) => number): Filed[] {
  const place = new Map(groups.flatMap((members, index) => members.map((at) => [at, index] as const)))
  const blockers = waits(commits.map(({ touches }) => touches))
  return groups.map((members, index) => {
    const after = members.flatMap((at) => blockers[at]!).map((at) => place.get(at)!)
    const earlier = Array.from({ length: index }, (_, at) => idOf(at))
    const parts = members.map((at) => commits[at]!)
    return {
      ...{ members, title: titleOf(parts), script: scriptOf(parts, earlier) },
      after: [...new Set(after)].filter((at) => at !== index).sort((one, other) => one - other),
    }
  })
}

function titleOf(parts: Commit[]): string {
  const { subject, commit } = parts[0]!
  const more = parts.length === 1 ? '' : ` (and the ${parts.length - 1} after it)`
  return `${subject.slice(0, LONGEST_TITLE) || commit.slice(0, 12)}${more}`
}

/**
 * Applies the patches. Red, or where one does not fit, the ticket waits for the last one before it that is not done: it
 * needs something that no line tells. Sent back, it begins afresh.
 */
function scriptOf(parts: Commit[], earlier: number[]): object[] {
  const patches = parts.filter(({ patch }) => patch.length > 0)
  if (patches.length === 0) return [{ no_change: 'The history changes nothing here either.' }]
  const work = [
    ...patches.map(({ patch }) => ({
      apply: { gzip: gzipSync(patch, { level: 9 }).toString('base64'), or_block: earlier },
    })),
    COMMITTED,
  ]
  return [
    { on: 'start', do: work },
    { on: 'again', do: [{ run: AFRESH }, ...work] },
    { on: 'red', do: [{ block: earlier }, { say: 'It is red with all before it.' }] },
  ]
}
