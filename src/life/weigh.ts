/** Weighs a change against the gate: what of the gate's meaning it alters, and what it does to tests. */
import { pathMatcher } from '../ports/paths.ts'
import type { Change } from '../ports/repo.ts'
import type { World } from '../ports/world.ts'
import { differing, follow, mayMatter, type Part, type Versions } from './meaning/differ.ts'
import { doubtsOf, mayRaiseDoubts } from './meaning/doubts.ts'

export interface Weighed {
  /** What the gate of `main` depends on and the change alters: it waits for a person. */
  meaning: Part[]
  /** How it weakens tests, as `path: what`. */
  doubts: string[]
}

/** Files that are read for doubts; a change with more is looked at anyway. */
const MOST = 100

/** `from` and `to` are trees, `changes` what differs between them; `guarded` are patterns of paths that wait anyway. */
export async function weigh(
  world: World,
  { from, to, changes }: { from: string; to: string; changes: Change[] },
  guarded: string[],
): Promise<Weighed> {
  const read = async (tree: string, path: string) => (await world.repo.read(tree, path))?.toString() ?? null
  const versions = async ({ path, from: old, kind }: Change): Promise<Versions> => {
    const [before, after] = await Promise.all([
      kind === 'added' ? null : read(from, old ?? path),
      kind === 'deleted' ? null : read(to, path),
    ])
    return { path, before, after }
  }
  // A file that is renamed is gone from where it was.
  const apart = changes.flatMap((change): Change[] =>
    change.from === null
      ? [change]
      : [
          { ...change, path: change.from, from: null, kind: 'deleted' },
          { ...change, from: null, kind: 'added' },
        ],
  )
  const isGuarded = pathMatcher(guarded)
  const telling = apart.filter(({ path }) => mayMatter(path) && !isGuarded(path))
  const tests = changes.filter(
    ({ path, from: old }) => mayRaiseDoubts(path) || (old !== null && mayRaiseDoubts(old)),
  )
  const [meaning, seen] = await Promise.all([
    telling.length === 0 ? [] : altered(telling),
    Promise.all(tests.slice(0, MOST).map(versions)),
  ])
  return { meaning, doubts: doubtsOf(seen) }

  async function altered(files: Change[]): Promise<Part[]> {
    const gate = await read(from, 'verify.sh')
    if (gate === null) return []
    const runs = await follow(gate, (path) => read(from, path))
    return (await Promise.all(files.map(versions))).flatMap((file) => differing(runs, file))
  }
}
