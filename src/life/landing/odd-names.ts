/** Names of files that get lost, or become others, on some disk. Git lands them in any case. */
import { shown } from '../../ports/path-bytes.ts'
import { fold, oddness } from '../../ports/paths.ts'
import type { Change } from '../../ports/repo.ts'
import { inTurns } from '../../ports/turns.ts'

/**
 * Finds odd names that `changes` bring into a tree whose files are `paths`, each as `path: what`; each folder is named
 * once.
 */
export async function oddNames(changes: readonly Change[], paths: ReadonlySet<string>): Promise<string[]> {
  const isNamed = ({ kind }: Change) => kind === 'added' || kind === 'renamed'
  const fresh = changes.filter(isNamed).map(({ path }) => path)
  if (fresh.length === 0) return []
  const gone = new Set(
    changes.flatMap(({ path, from, kind }) => (kind === 'deleted' ? [path] : (from ?? []))),
  )
  const spellings = new Map<string, string>()
  const places = new Set<string>()
  await inTurns([...paths], (path) => {
    if (!gone.has(path)) note(path, spellings, places)
    return []
  })
  const found = new Map<string, string>()
  await inTurns(fresh, (path) => {
    for (const place of pathsOf(path)) {
      if (places.has(place)) continue
      places.add(place)
      const why = oddness(place.slice(place.lastIndexOf('/') + 1))
      const key = fold(place)
      const other = spellings.get(key) ?? place
      spellings.set(key, other)
      if (why !== null) found.set(place, why)
      else if (other !== place) found.set(place, `the same as ${shown(other)} on disks that ignore case`)
    }
    return []
  })
  return [...found].map(([place, why]) => `${shown(place)}: ${why}`)
}

function note(path: string, spellings: Map<string, string>, places: Set<string>): void {
  for (const place of pathsOf(path)) {
    if (places.has(place)) continue
    places.add(place)
    spellings.set(fold(place), place)
  }
}

/** Yields the path and its folders, the innermost first. */
function* pathsOf(path: string): Generator<string> {
  for (let at = path.length; at > 0; at = path.lastIndexOf('/', at - 1)) yield path.slice(0, at)
}
