/** Looks at a change before any gate runs on it: what may never land, and what a person should see first. */
import { isPlain, shown } from '../ports/path-bytes.ts'
import { isGitFolder, isOwn } from '../ports/paths.ts'
import type { Change } from '../ports/repo.ts'
import type { World } from '../ports/world.ts'
import { SECRET_LINES, secretsIn } from './secrets.ts'

export interface Scanned {
  /** One sentence for each thing that may never land. */
  forbidden: string[]
  /** New programs that nobody can read: paths as people are shown them. */
  programs: string[]
}

/** `from` and `to` are trees. */
export async function scan(world: World, from: string, to: string, changes: Change[]): Promise<Scanned> {
  const telling = await world.repo.touching(from, to, `^<<<<<<< |${SECRET_LINES}`)
  const trees = { from, to }
  const [links, texts, programs] = await Promise.all([
    Promise.all(changes.filter(isNewLink).map(({ path }) => outward(world, to, path))),
    Promise.all(telling.map((path) => inText(world, trees, path))),
    Promise.all(changes.filter(isNewlyExecutable).map(({ path }) => unreadable(world, to, path))),
  ])
  return {
    forbidden: [...byName(changes), ...links.flat(), ...texts.flat()],
    programs: programs.flat(),
  }
}

const isNewLink = ({ newMode }: Change) => newMode === '120000'
const isNewlyExecutable = ({ oldMode, newMode, kind }: Change) =>
  newMode === '100755' && (oldMode !== '100755' || kind === 'changed')

function byName(changes: Change[]): string[] {
  const own = changes.filter(({ path }) => isOwn(path))
  const odd = changes.filter(({ path, kind }) => (kind === 'added' || kind === 'renamed') && !isPlain(path))
  const nested = changes.filter(({ newMode }) => newMode === '160000')
  return [
    ...own.map(({ path }) => `${shown(path)} belongs to the swarm; nothing lands there.`),
    ...odd.map(
      ({ path }) =>
        `${shown(path)} is a name that is not UTF-8 or does not show as what it is; give the file another one.`,
    ),
    ...nested.map(
      ({ path }) => `${shown(path)} is a nested repository or submodule; commit its files or leave it out.`,
    ),
  ]
}

async function outward(world: World, tree: string, path: string): Promise<string[]> {
  const target = (await world.repo.read(tree, path))?.toString() ?? ''
  return staysInside(path, target)
    ? []
    : [
        `${shown(path)} is a symbolic link that leads out of the project; link to a file of it, or leave it out.`,
      ]
}

/** By its words alone: it goes up only at first and not past the top, for behind a name may be another link. */
export function staysInside(path: string, target: string): boolean {
  if (target === '' || target.startsWith('/') || target.includes('\\')) return false
  const steps = target.split('/').filter((step) => step !== '' && step !== '.')
  const ups = steps.findIndex((step) => step !== '..')
  const up = ups === -1 ? steps.length : ups
  return up < path.split('/').length && !steps.slice(up).some((step) => step === '..' || isGitFolder(step))
}

async function inText(world: World, { from, to }: { from: string; to: string }, path: string) {
  const [before, after] = await Promise.all([textOf(world, from, path), textOf(world, to, path)])
  const marked = hasMarkers(after) && !hasMarkers(before) ? [`${shown(path)} holds conflict markers.`] : []
  const secrets = secretsIn(after, before).map(
    ({ what, line }) =>
      `${shown(path)}, line ${line}, holds what looks like ${what}: take it out, and read it from the environment.`,
  )
  return [...marked, ...secrets]
}

const textOf = async (world: World, tree: string, path: string): Promise<string> =>
  (await world.repo.read(tree, path))?.toString('latin1') ?? ''

/** All three kinds of marker, in order, each at the start of a line: a heading underlined with = is none. */
const MARKERS = /^<{7} [^\n]*\n(?:.*\n)*?={7}\r?\n(?:.*\n)*?>{7} /m

const hasMarkers = (text: string) => text.includes('<<<<<<< ') && !text.includes('\0') && MARKERS.test(text)

/** A script can be reviewed like any text; a compiled program cannot. */
async function unreadable(world: World, tree: string, path: string): Promise<string[]> {
  return (await world.repo.read(tree, path))?.includes(0) ? [shown(path)] : []
}
