/**
 * Scan of a change before any gate runs on it: content that may never land, and content that a person should see first.
 */
import { isPlain, shown } from '../../ports/path-bytes.ts'
import { isGitFolder, isOwn } from '../../ports/paths.ts'
import type { Change } from '../../ports/repo.ts'
import { inTurns } from '../../ports/turns.ts'
import type { World } from '../../ports/world.ts'
import { type Sieve, type Sifted, sieve } from './sieve.ts'

/** Result of a scan. */
export interface Scanned {
  /** Findings that may never land, one sentence each. */
  forbidden: string[]
  /** New programs that nobody can read: paths as people are shown them. */
  programs: string[]
}

/** Scans the differences between two trees. Each file is read once, by one git, and none is stored. */
export async function scan({ repo }: Pick<World, 'repo'>, changes: Change[]): Promise<Scanned> {
  const named = await inTurns(changes, byName)
  const there = changes.filter(({ newMode }) => newMode !== '000000' && newMode !== '160000')
  const after = await sifted(
    repo,
    there.map(({ newId }) => newId),
  )
  const telling = there.filter(({ newId }) => isTelling(after.get(newId)))
  const before = await sifted(
    repo,
    telling.filter(wasFile).map(({ oldId }) => oldId),
  )
  const texts = await inTurns(telling, (change) =>
    inText(change.path, after.get(change.newId)!, before.get(change.oldId)),
  )
  const links = await inTurns(changes.filter(isNewLink), ({ path, newId }) =>
    outward(path, after.get(newId)?.target ?? ''),
  )
  // A script can be reviewed like any text; a compiled program cannot.
  const programs = changes.filter((change) => isNewlyExecutable(change) && after.get(change.newId)?.isBinary)
  return {
    forbidden: [...named, ...links, ...texts],
    programs: programs.map(({ path }) => shown(path)),
  }
}

const wasFile = ({ oldMode }: Change) => oldMode !== '000000' && oldMode !== '160000'

interface Seen extends Sifted {
  /** Target of a link; at most as long as any path. */
  target: string
}

/** Results of the sieve by the ids of contents. */
async function sifted(repo: World['repo'], ids: string[]): Promise<Map<string, Seen>> {
  const seen = new Map<string, Seen>()
  let at: { id: string; sieve: Sieve; start: Buffer } | null = null
  const end = () => {
    if (at !== null) seen.set(at.id, { ...at.sieve.end(), target: at.start.toString() })
  }
  await repo.pour([...new Set(ids)], (id, piece) => {
    if (at?.id !== id) {
      end()
      at = { id, sieve: sieve(), start: Buffer.from(piece.subarray(0, LONGEST_TARGET)) }
    }
    at.sieve.push(piece)
  })
  end()
  return seen
}

const LONGEST_TARGET = 4096

const isTelling = (seen: Sifted | undefined) =>
  seen !== undefined && (seen.isMarked || seen.secrets.length > 0)

const isNewLink = ({ newMode }: Change) => newMode === '120000'
const isNewlyExecutable = ({ oldMode, newMode, kind }: Change) =>
  newMode === '100755' && (oldMode !== '100755' || kind === 'changed')

function byName({ path, kind, newMode }: Change): string[] {
  const isNamed = kind === 'added' || kind === 'renamed'
  return [
    ...(isOwn(path) ? [`${shown(path)} belongs to the swarm. Remove it from the change.`] : []),
    ...(isNamed && !isPlain(path)
      ? [
          `${shown(path)} is not a plain name: not UTF-8, or with characters that do not show. Rename the file.`,
        ]
      : []),
    ...(newMode === '160000'
      ? [`${shown(path)} is a nested repository or submodule. Commit its files, or leave it out.`]
      : []),
  ]
}

function outward(path: string, target: string): string[] {
  const sentence = 'is a symbolic link that leads out of the project. Link to a file in it, or leave it out.'
  return staysInside(path, target) ? [] : [`${shown(path)} ${sentence}`]
}

/**
 * True for a link that stays inside, by its words alone: it goes up only at first and not past the top, since another
 * link may hide behind a name.
 */
export function staysInside(path: string, target: string): boolean {
  if (target === '' || target.startsWith('/') || target.includes('\\')) return false
  const steps = target.split('/').filter((step) => step !== '' && step !== '.')
  const ups = steps.findIndex((step) => step !== '..')
  const up = ups === -1 ? steps.length : ups
  return up < path.split('/').length && !steps.slice(up).some((step) => step === '..' || isGitFolder(step))
}

/** Findings in a text, without those that were there before. */
function inText(path: string, after: Sifted, before: Sifted | undefined): string[] {
  const known = (before?.secrets ?? []).map(({ text }) => text)
  const secrets = after.secrets.filter(({ text }) => !known.some((each) => each.includes(text)))
  return [
    ...(after.isMarked && !before?.isMarked ? [`${shown(path)} contains conflict markers.`] : []),
    ...secrets.map(
      ({ what, line }) =>
        `${shown(path)}, line ${line}, contains what looks like ${what}. Remove it, and read it from the environment.`,
    ),
  ]
}
