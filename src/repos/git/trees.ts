/** Trees, built and compared as objects: nothing is checked out, and nobody's index is touched. */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesOf } from '../../ports/path-bytes.ts'
import { pathMatcher } from '../../ports/paths.ts'
import type { Change, Merge } from '../../ports/repo.ts'
import { Trouble } from '../../ports/trouble.ts'
import { fieldsIn, fieldsOf } from './fields.ts'
import { type Git, LONG_MS } from './run.ts'

/**
 * Merges two commits to a tree. Exit 1 together with a tree is a conflict. Disk-full, lock and corruption errors throw
 * Trouble.
 */
export async function merge(git: Git, ours: string, theirs: string): Promise<Merge> {
  const { exit, stdout } = await git(
    [
      'merge-tree',
      '--write-tree',
      '-z',
      '--name-only',
      '--allow-unrelated-histories',
      '--end-of-options',
      ours,
      theirs,
    ],
    { exits: [0, 1] },
  )
  const [tree, ...rest] = fieldsOf(stdout)
  if (!/^[0-9a-f]{40,64}$/.test(tree!)) throw new Trouble('git', 'git merge-tree gave no tree.')
  return exit === 0 ? { tree: tree! } : { tree: tree!, conflicts: conflictsOf(rest) }
}

/**
 * Merges with a driver for each file that both sides changed: `-X ours` is of git 2.43. Its files are in `path`, the
 * repository.
 */
export async function mergeAround(git: Git, path: string, ours: string, theirs: string): Promise<Merge> {
  const folder = await mkdtemp(join(path, 'objects', 'tmp_merge-'))
  const driver = ['merge.default=around', 'merge.around.driver=git merge-file -q --ours %A %O %B']
  try {
    return await merge((args, options) => git(args, { ...options, folder, config: driver }), ours, theirs)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** One child for however many; what is in conflict is asked again by itself, and so is everything of a git before 2.39. */
export async function mergeEach(git: Git, pairs: { ours: string; theirs: string }[]): Promise<Merge[]> {
  const trees = await mergedTrees(git, pairs)
  const merges: Merge[] = []
  for (const [at, { ours, theirs }] of pairs.entries()) {
    const tree = trees[at] ?? null
    merges.push(tree === null ? await merge(git, ours, theirs) : { tree })
  }
  return merges
}

/** Trees of clean merges, null for conflicts; an empty list where this git merges only one pair at a time. */
async function mergedTrees(git: Git, pairs: { ours: string; theirs: string }[]): Promise<(string | null)[]> {
  if (pairs.length < 2) return []
  const input = pairs.map(({ ours, theirs }) => `${ours} ${theirs}\n`).join('')
  const answer = await git(['merge-tree', '--write-tree', '--stdin', '--name-only', '--no-messages'], {
    ...{ input, timeoutMs: LONG_MS },
  }).catch((failure) => {
    if (failure instanceof Trouble && failure.code === 'missing program') return null
    throw failure
  })
  if (answer === null) return []
  const fields = fieldsOf(answer.stdout)
  const trees: (string | null)[] = []
  // Of each merge: 1 when it is clean, its tree, the paths in conflict, and an empty field.
  for (let at = 0; at + 1 < fields.length; at = fields.indexOf('', at) + 1)
    trees.push(fields[at] === '1' ? (fields[at + 1] as string) : null)
  return trees
}

/**
 * Paths in conflict: those up to an empty field, and those in the messages (a conflict of whole folders is only there).
 */
function conflictsOf(fields: string[]): string[] {
  const end = fields.indexOf('')
  const paths = new Set(fields.slice(0, end))
  for (let at = end + 1; paths.size === 0 && at < fields.length - 1; ) {
    const named = Number(fields[at])
    const kind = fields[at + 1 + named] ?? ''
    if (kind.startsWith('CONFLICT')) for (const path of fields.slice(at + 1, at + 1 + named)) paths.add(path)
    at += named + 3
  }
  return [...paths]
}

/** Lists differences between two trees or commits, renames found. */
export async function changes(git: Git, from: string, to: string): Promise<Change[]> {
  return (await compare(git, '-M', from, to)).map(
    ({ status, path, target, oldMode, newMode, oldId, newId }) => ({
      path: target ?? path,
      from: target === null ? null : path,
      kind: KINDS[status[0]!] ?? 'changed',
      oldMode,
      newMode,
      oldId,
      newId,
    }),
  )
}

const KINDS: Record<string, Change['kind']> = { A: 'added', D: 'deleted', R: 'renamed' }

interface Difference {
  oldMode: string
  newMode: string
  oldId: string
  newId: string
  status: string
  path: string
  /** New path of a rename; null for everything else. */
  target: string | null
}

async function compare(git: Git, renames: string, from: string, to: string): Promise<Difference[]> {
  const found: Difference[] = []
  let [about, moved] = ['', '']
  const see = fieldsIn((fields) => {
    for (const field of fields) {
      if (about === '') about = field
      else if (isMove(about) && moved === '') moved = field
      else {
        found.push(differenceOf(about, moved === '' ? [field, null] : [moved, field]))
        ;[about, moved] = ['', '']
      }
    }
  })
  const seek = ['-r', '-z', '--raw', '--no-abbrev', '--no-ext-diff', '--ignore-submodules=none', renames]
  await git(['diff-tree', ...seek, '--end-of-options', from, to, '--'], { see })
  return found
}

const isMove = (about: string) => / R\d*$/.test(about)

function differenceOf(about: string, [path, target]: [string, string | null]): Difference {
  const [oldMode = '', newMode = '', oldId = '', newId = '', status = ''] = about.slice(1).split(' ')
  return { oldMode, newMode, oldId, newId, status, path, target }
}

/** Tree to change, the tree to take from, and the patterns. */
export interface Overlay {
  /** The bare repository. */
  path: string
  tree: string
  from: string
  patterns: string[]
}

/**
 * Builds `tree` with everything that the patterns match as in `from`. Costs as much as the two differ, not their size.
 */
export async function overlay(git: Git, { path, tree, from, patterns }: Overlay): Promise<string> {
  const matches = pathMatcher(patterns)
  const [root, all] = await Promise.all([
    git(['rev-parse', '--verify', '--end-of-options', `${tree}^{tree}`]),
    compare(git, '--no-renames', tree, from),
  ])
  const lost = all.filter(({ path }) => matches(path))
  const oid = root.stdout.toString().trim()
  return lost.length === 0 ? oid : rewrite(git, path, oid, lost)
}

/**
 * Writes the tree, removals first: a file may have replaced a folder, or the other way round. The index lies among the
 * objects, under a name that `recover` clears away.
 */
async function rewrite(git: Git, path: string, tree: string, lost: Difference[]): Promise<string> {
  const folder = await mkdtemp(join(path, 'objects', 'tmp_index-'))
  const env = { GIT_INDEX_FILE: join(folder, 'index') }
  const zero = '0'.repeat(tree.length)
  const entries = [
    ...lost.map(({ path }) => `0 ${zero}\t${path}\0`),
    ...lost
      .filter(({ newMode }) => newMode !== '000000')
      .map(({ newMode, newId, path }) => `${newMode} ${newId}\t${path}\0`),
  ]
  try {
    await git(['read-tree', tree], { env })
    await git(['update-index', '-z', '--index-info'], { env, input: bytesOf(entries.join('')) })
    return (await git(['write-tree'], { env })).stdout.toString().trim()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Lists the paths of all files of a commit or tree. */
export async function paths(git: Git, treeish: string): Promise<string[]> {
  const found: string[] = []
  const see = fieldsIn((names) => {
    for (const name of names) found.push(name)
  })
  await git(['ls-tree', '-r', '-z', '--name-only', '--full-tree', '--end-of-options', treeish], { see })
  return found
}

/** Computes a SHA-256 of all files that match the patterns, names and modes included. */
export async function digest(git: Git, treeish: string, patterns: string[]): Promise<string> {
  const matches = pathMatcher(patterns)
  const hash = createHash('sha256')
  const see = fieldsIn((entries) => {
    for (const entry of entries)
      if (matches(entry.slice(entry.indexOf('\t') + 1))) hash.update(bytesOf(`${entry}\0`))
  })
  await git(['ls-tree', '-r', '-z', '--full-tree', '--end-of-options', treeish], { see })
  return hash.digest('hex')
}

const CUT = '\n[The diff goes on.]\n'

/** Makes a unified diff of at most `limit` characters; a cut one says so at its end. */
export async function diff(git: Git, from: string, to: string, limit: number): Promise<string> {
  const { stdout } = await git(
    ['diff', '--no-color', '--no-ext-diff', '--no-textconv', '-M', '--end-of-options', from, to, '--'],
    // Four bytes are the most that a character takes.
    { enough: 4 * limit + 4 },
  )
  const whole = stdout.toString()
  if (whole.length <= limit) return whole
  return limit > CUT.length ? whole.slice(0, limit - CUT.length) + CUT : whole.slice(0, limit)
}
