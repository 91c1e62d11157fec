/** Weighs a change against the gate: what of the gate's meaning it alters, and what it does to tests. */
import { pathMatcher } from '../ports/paths.ts'
import type { Change } from '../ports/repo.ts'
import { inTurns } from '../ports/turns.ts'
import type { World } from '../ports/world.ts'
import { differing, follow, mayMatter, type Part, type Versions } from './meaning/differ.ts'
import { told } from './meaning/doubts.ts'
import { type Look, lookAt, mayRaiseDoubts } from './meaning/look.ts'
import { textsOf } from './texts.ts'

export interface Weighed {
  /** What the gate of `main` depends on and the change alters: it waits for a person. */
  meaning: Part[]
  /** How it weakens tests, as `path: what`. */
  doubts: string[]
}

/** Files that are read at once. */
const MOST = 100

/** `from` is a tree, `changes` what differs from it; `guarded` are patterns of paths that wait anyway. */
export async function weigh(
  world: World,
  { from, changes }: { from: string; changes: Change[] },
  guarded: string[],
): Promise<Weighed> {
  const read = async (path: string) => (await world.repo.read(from, path))?.toString() ?? null
  // A file that is renamed is gone from where it was.
  const apart = await inTurns(changes, (change): Change[] =>
    change.from === null
      ? [change]
      : [
          { ...change, path: change.from, from: null, kind: 'deleted' },
          { ...change, from: null, kind: 'added' },
        ],
  )
  const isGuarded = pathMatcher(guarded)
  const telling = await inTurns(apart, (each) =>
    mayMatter(each.path) && !isGuarded(each.path) ? [each] : [],
  )
  const tests = changes.filter(
    ({ path, from: old }) => mayRaiseDoubts(path) || (old !== null && mayRaiseDoubts(old)),
  )
  const [meaning, looks] = await Promise.all([telling.length === 0 ? [] : altered(telling), looksAt(tests)])
  return { meaning, doubts: told(looks) }

  async function altered(files: Change[]): Promise<Part[]> {
    const gate = await read('verify.sh')
    if (gate === null) return []
    const runs = await follow(gate, read)
    const parts: Part[] = []
    for (let at = 0; at < files.length; at += MOST) {
      const some = await versionsOf(world.repo, files.slice(at, at + MOST))
      parts.push(...(await inTurns(some, (file) => differing(runs, file))))
    }
    return parts
  }

  async function looksAt(files: Change[]): Promise<Look[]> {
    const looks: Look[] = []
    for (let at = 0; at < files.length; at += MOST)
      looks.push(...(await versionsOf(world.repo, files.slice(at, at + MOST))).map(lookAt))
    return looks
  }
}

async function versionsOf(repo: World['repo'], files: Change[]): Promise<Versions[]> {
  const texts = await textsOf(repo, files.flatMap(contentsOf))
  return files.map(({ path, from, kind, oldId, newId }) => ({
    path,
    from,
    before: kind === 'added' ? null : (texts.get(oldId) ?? null),
    after: kind === 'deleted' ? null : (texts.get(newId) ?? null),
  }))
}

/** Ids before and after; a nested repository has no content here. */
function contentsOf({ oldMode, newMode, oldId, newId }: Change): string[] {
  const isFile = (mode: string) => mode !== '000000' && mode !== '160000'
  return [...(isFile(oldMode) ? [oldId] : []), ...(isFile(newMode) ? [newId] : [])]
}
