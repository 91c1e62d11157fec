/** Comparison of a change with the gate: the altered parts of the gate's meaning, and the effects on tests. */
import { shown } from '../../ports/path-bytes.ts'
import { pathMatcher } from '../../ports/paths.ts'
import type { Change } from '../../ports/repo.ts'
import { inTurns } from '../../ports/turns.ts'
import type { World } from '../../ports/world.ts'
import { differing, follow, mayMatter, type Part, type Versions } from './meaning/differ.ts'
import { mostOf, told } from './meaning/doubts.ts'
import { importedBy } from './meaning/imports.ts'
import { lookAt, mayRaiseDoubts } from './meaning/look.ts'
import { oddNames } from './odd-names.ts'
import { textsOf } from './texts.ts'

/** Result of the comparison. */
export interface Weighed {
  /** Parts that the gate of `main` depends on and the change alters: they wait for a person. */
  meaning: Part[]
  /** Signs that it weakens tests, and other things that a person should know, as `path: what`. */
  doubts: string[]
}

/** Number of files to read at once. */
const MOST = 100

/**
 * Compares a change. `from` is a tree, `changes` its differences; `guarded` are patterns of paths that wait in any
 * case.
 */
export async function weigh(
  world: World,
  { from, changes }: { from: string; changes: Change[] },
  guarded: string[],
): Promise<Weighed> {
  const { repo } = world
  const paths = new Set(await repo.paths(from))
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
  const open = await inTurns(apart, (each) => (isGuarded(each.path) ? [] : [each]))
  const tests = await inTurns(changes, (each) =>
    mayRaiseDoubts(each.path) || (each.from !== null && mayRaiseDoubts(each.from)) ? [each] : [],
  )
  const [gate, looks, odd] = await Promise.all([
    againstGate(repo, { from, paths }, open),
    inPieces(repo, tests, lookAt),
    oddNames(changes, paths),
  ])
  return { meaning: gate.meaning, doubts: mostOf([...gate.doubts, ...told(looks), ...odd]) }
}

/** Compares everything that the gate of `main` runs and imports with the change's version. */
async function againstGate(
  repo: World['repo'],
  { from, paths }: { from: string; paths: ReadonlySet<string> },
  changes: Change[],
): Promise<Weighed> {
  const read = async (path: string) =>
    paths.has(path) ? ((await repo.read(from, path))?.toString() ?? null) : null
  const gate = await read('verify.sh')
  if (gate === null) return { meaning: [], doubts: [] }
  const runs = await follow(gate, read)
  const telling = await inTurns(changes, (each) => (mayMatter(each.path, runs) ? [each] : []))
  const parts = await inPieces(repo, telling, (file) => differing(runs, file))
  const meaning = parts.flat()
  const known = new Set(meaning.map(({ path }) => path))
  const others = await inTurns(changes, ({ path }) => (paths.has(path) && !known.has(path) ? [path] : []))
  if (others.length === 0) return { meaning, doubts: [] }
  const imported = await importedBy(runs, paths, read)
  const brought = await inTurns(others, (path) => {
    const by = imported.get(path)
    return by === undefined ? [] : [`${shown(path)}: imported by ${shown(by)}, which the gate runs`]
  })
  return { meaning, doubts: brought }
}

async function inPieces<T>(repo: World['repo'], files: Change[], each: (file: Versions) => T): Promise<T[]> {
  const given: T[] = []
  for (let at = 0; at < files.length; at += MOST)
    given.push(...(await versionsOf(repo, files.slice(at, at + MOST))).map(each))
  return given
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
