/**
 * The bare repository in memory: trees are maps, commits are named by their content, a merge is three-way with
 * conflicts by path, `main` moves by compare-and-swap. It keeps tests/contracts/repo.ts where that applies.
 */
import { createHash } from 'node:crypto'
import { pathMatcher } from '../../src/ports/paths.ts'
import type { Change, CommitDraft, CommitInfo, Merge, Received, Repo } from '../../src/ports/repo.ts'
import { Trouble } from '../../src/ports/trouble.ts'

export interface Entry {
  mode: string
  /** Bytes, as latin1. */
  text: string
}
export type Tree = Map<string, Entry>

/** What survives a crash. */
export interface Disk {
  commits: Map<string, CommitInfo>
  trees: Map<string, Tree>
  refs: Map<string, string>
  branch: string
  /** Bundles on their way, by their path on the host. */
  bundles: Map<string, Received>
}

export const mainOf = (disk: Disk): string => disk.refs.get(`refs/heads/${disk.branch}`)!

export function newDisk(branch: string, files: Record<string, Entry>): Disk {
  const disk: Disk = { commits: new Map(), trees: new Map(), refs: new Map(), branch, bundles: new Map() }
  const tree = keepTree(disk, new Map(Object.entries(files)))
  const first = write(disk, { tree, parents: [], message: 'Begin\n', author: 'Ada <ada@example.org>', at: 0 })
  disk.refs.set(`refs/heads/${branch}`, first)
  return disk
}

const sha1 = (text: string) => createHash('sha1').update(text, 'latin1').digest('hex')

/** The tree by its id; the same content has the same one. */
export function keepTree(disk: Disk, tree: Tree): string {
  let text = ''
  for (const path of [...tree.keys()].sort()) {
    const entry = tree.get(path)!
    text += `${entry.mode} ${path}\0${entry.text}\0`
  }
  const id = sha1(text)
  if (!disk.trees.has(id)) disk.trees.set(id, tree)
  return id
}

export function write(disk: Disk, { tree, parents, message, author, at }: CommitDraft): string {
  const commit = sha1(`commit ${tree} ${parents.join(' ')} ${author} ${at}\0${message}`)
  const [subject = '', ...body] = message.split('\n')
  disk.commits.set(commit, { commit, tree, parents, subject, at, author, trailers: trailersOf(body) })
  return commit
}

function trailersOf(lines: string[]): Record<string, string> {
  const last = lines.join('\n').trimEnd().split('\n\n').at(-1) ?? ''
  const named = last.split('\n').flatMap((line): [string, string][] => {
    const at = line.indexOf(':')
    return at < 1 ? [] : [[line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]]
  })
  return Object.fromEntries(named)
}

export const found = (disk: Disk, ref: string): CommitInfo | undefined =>
  disk.commits.get(disk.refs.get(ref) ?? ref)

function must(disk: Disk, ref: string): CommitInfo {
  const commit = found(disk, ref)
  if (commit) return commit
  throw new Trouble('git', `There is no commit ${ref}.`, { retryable: false })
}

/** Of a commit, a ref or a tree. */
export function treeOf(disk: Disk, treeish: string): Tree {
  const tree = disk.trees.get(found(disk, treeish)?.tree ?? treeish)
  if (tree) return tree
  throw new Trouble('git', `There is no tree ${treeish}.`, { retryable: false })
}

/** First parents, newest first. */
export function* line(disk: Disk, from: string): Generator<CommitInfo> {
  for (let at = disk.commits.get(from); at; at = disk.commits.get(at.parents[0] ?? '')) yield at
}

export const same = (a: Entry | undefined, b: Entry | undefined) =>
  a === b || (a !== undefined && b !== undefined && a.mode === b.mode && a.text === b.text)

/**
 * Three-way. What is in conflict is as on our side, and named; of a file with lines only where they are `marked`. A file has
 * lines when it has the same number of them, eight or more, in all three.
 */
export function mergeTrees(
  base: Tree,
  ours: Tree,
  theirs: Tree,
  open: 'marked' | 'ours' = 'marked',
): { tree: Tree; conflicts: string[] } {
  const tree = new Map(ours)
  const conflicts: string[] = []
  for (const path of new Set([...theirs.keys(), ...base.keys()])) {
    const [was, mine, other] = [base.get(path), ours.get(path), theirs.get(path)]
    if (same(was, other) || same(mine, other)) continue
    const lines = was && mine && other && !same(was, mine) && mergeLines(was, mine, other)
    if (lines) {
      tree.set(path, { ...mine, text: lines.text })
      if (lines.open && open === 'marked') conflicts.push(path)
    } else if (!same(was, mine)) conflicts.push(path)
    else if (other) tree.set(path, other)
    else tree.delete(path)
  }
  return { tree, conflicts: conflicts.sort() }
}

/** `open`: both have changed the same line, which is as on our side. Null for what has no lines. */
function mergeLines(was: Entry, mine: Entry, other: Entry): { text: string; open: boolean } | null {
  const [base, ours, theirs] = [was, mine, other].map(({ text }) => text.split('\n')) as [
    string[],
    string[],
    string[],
  ]
  if (base.length < 8 || ours.length !== base.length || theirs.length !== base.length) return null
  const isOpen = (at: number) => ours[at] !== base[at] && theirs[at] !== base[at] && ours[at] !== theirs[at]
  const text = ours.map((line, at) => (line === base[at] ? theirs[at] : line)).join('\n')
  return { text, open: base.some((_, at) => isOpen(at)) }
}

/** The newest commit that both build on; of several that do not build on each other, the nearest. */
export function mergeBase(disk: Disk, one: string, other: string): CommitInfo | undefined {
  const mine = new Set<string>()
  for (const { commit } of walk(disk, one)) mine.add(commit)
  const shared = [...walk(disk, other, mine)].filter(({ commit }) => mine.has(commit))
  return shared.length < 2
    ? shared[0]
    : shared.find(
        ({ commit }) =>
          !shared.some((each) => each.commit !== commit && isAncestor(disk, commit, each.commit)),
      )
}

/** Nothing before what is in `until`. */
function* walk(disk: Disk, from: string, until?: Set<string>): Generator<CommitInfo> {
  const waiting = [from]
  const seen = new Set<string>()
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    const commit = disk.commits.get(id)
    if (!commit || seen.has(id)) continue
    seen.add(id)
    yield commit
    if (!until?.has(id)) waiting.push(...commit.parents)
  }
}

export const isAncestor = (disk: Disk, old: string, young: string): boolean => {
  for (const { commit } of walk(disk, young)) if (commit === old) return true
  return false
}

/** What a commit builds on and `main` does not, parents first. */
function ownOf(disk: Disk, commit: string): CommitInfo[] {
  const onMain = new Set([...walk(disk, mainOf(disk))].map((each) => each.commit))
  const own: CommitInfo[] = []
  const visit = (id: string) => {
    const each = disk.commits.get(id)
    if (!each || onMain.has(id) || own.includes(each)) return
    for (const parent of each.parents) visit(parent)
    own.push(each)
  }
  visit(found(disk, commit)?.commit ?? commit)
  return own
}

function merge(disk: Disk, ours: string, theirs: string, open: 'marked' | 'ours' = 'marked'): Merge {
  const [mine, other] = [must(disk, ours), must(disk, theirs)]
  const base = mergeBase(disk, mine.commit, other.commit)
  const was = base ? treeOf(disk, base.tree) : new Map<string, Entry>()
  const { tree, conflicts } = mergeTrees(was, treeOf(disk, mine.tree), treeOf(disk, other.tree), open)
  return { tree: keepTree(disk, tree), ...(conflicts.length > 0 && { conflicts }) }
}

export function changes(disk: Disk, from: string, to: string): Change[] {
  const [before, after] = [treeOf(disk, from), treeOf(disk, to)]
  if (before === after) return []
  const list: Change[] = []
  for (const [path, was] of before) {
    const now = after.get(path)
    if (now && !same(now, was)) list.push({ path, from: null, kind: 'changed', ...sides(was, now) })
    if (!now) list.push({ path, from: null, kind: 'deleted', ...sides(was, NOTHING) })
  }
  for (const [path, entry] of after) if (!before.has(path)) list.push(added(list, path, { before, entry }))
  return list.filter(({ kind, path }) => kind !== 'deleted' || !list.some(({ from }) => from === path))
}

/** A rename when exactly this content goes elsewhere. */
function added(list: Change[], path: string, { before, entry }: { before: Tree; entry: Entry }): Change {
  const gone = list.find(({ kind, path: old }) => kind === 'deleted' && before.get(old)?.text === entry.text)
  if (!gone) return { path, from: null, kind: 'added', ...sides(NOTHING, entry) }
  return { path, from: gone.path, kind: 'renamed', ...sides(before.get(gone.path)!, entry) }
}

const NOTHING: Entry = { mode: '000000', text: '0'.repeat(40) }

/** The content is its own id: nothing has to be remembered by it. */
const sides = (was: Entry, now: Entry) => ({
  ...{ oldMode: was.mode, newMode: now.mode },
  ...{ oldId: was.text, newId: now.text },
})

function overlay(disk: Disk, tree: string, { from, patterns }: { from: string; patterns: string[] }): string {
  const isMeant = pathMatcher(patterns)
  const kept = [...treeOf(disk, tree)].filter(([path]) => !isMeant(path))
  const taken = [...treeOf(disk, from)].filter(([path]) => isMeant(path))
  return keepTree(disk, new Map([...kept, ...taken]))
}

const digest = (disk: Disk, treeish: string, patterns: string[]): string => {
  const isMeant = pathMatcher(patterns)
  return keepTree(disk, new Map([...treeOf(disk, treeish)].filter(([path]) => isMeant(path))))
}

function diff(disk: Disk, [from, to]: [string, string], limit: number): string {
  const lines = (tree: Tree, path: string, sign: string) =>
    tree.has(path)
      ? Buffer.from(tree.get(path)!.text, 'latin1')
          .toString()
          .replaceAll(/^(?=.)/gm, sign)
      : ''
  const [before, after] = [treeOf(disk, from), treeOf(disk, to)]
  const whole = changes(disk, from, to)
    .map(
      ({ path }) => `diff --git a/${path} b/${path}\n${lines(before, path, '-')}${lines(after, path, '+')}`,
    )
    .join('')
  const cut = '\n[The diff goes on.]\n'
  return whole.length <= limit ? whole : whole.slice(0, limit - cut.length) + cut
}

interface Recovery {
  recover(): Promise<{ locks: number; halves: number }>
  unlock(patience: number): Promise<number>
}

/** A new object at each call, as after a restart: what is remembered for a repository is forgotten with it. */
export function memoryRepo(disk: Disk, source = 'memory'): Repo & Recovery {
  const main = `refs/heads/${disk.branch}`
  return {
    source,
    branch: disk.branch,
    recover: async () => ({ locks: 0, halves: 0 }),
    unlock: async () => 0,
    tip: async () => must(disk, main),
    find: async (ref) => found(disk, ref) ?? null,
    findEach: async (refs) => refs.map((ref) => found(disk, ref) ?? null),
    async history({ limit = Number.POSITIVE_INFINITY, before }) {
      const commits = [...line(disk, mainOf(disk))]
      const from = before === undefined ? 0 : commits.findIndex(({ commit }) => commit === before) + 1
      return commits.slice(from, from + limit)
    },
    landed: async (commit) => [...line(disk, mainOf(disk))].some((each) => each.commit === commit),
    async receive(bundle, ref, folder) {
      const head = disk.bundles.get(bundle)
      if (!head)
        throw new Trouble('git', 'The work that was submitted cannot be opened.', { retryable: false })
      disk.commits.set(head.commit, head)
      disk.refs.set(ref, head.commit)
      const beside = folder === undefined ? [] : head.beside
      for (const [at, { commit }] of beside.entries()) disk.refs.set(`${folder}/${at + 1}`, commit)
      return { ...head, beside }
    },
    bases: async (commit) => [mergeBase(disk, mainOf(disk), commit)].filter((base) => base !== undefined),
    own: async (commit, limit) => ownOf(disk, commit).slice(-limit),
    merge: async (ours, theirs) => merge(disk, ours, theirs),
    mergeAround: async (ours, theirs) => merge(disk, ours, theirs, 'ours'),
    mergeEach: async (pairs) => pairs.map(({ ours, theirs }) => merge(disk, ours, theirs)),
    commit: async (draft) => write(disk, draft),
    async keep(ref, commit) {
      disk.refs.set(ref, must(disk, commit).commit)
    },
    refs: async () => [...disk.refs.keys()].filter((ref) => ref.startsWith('refs/swarm/')).sort(),
    async drop(refs) {
      const other = refs.find((ref) => !ref.startsWith('refs/swarm/'))
      if (other !== undefined) throw new Error(`${other} is not a ref of the swarm's own`)
      for (const ref of refs) disk.refs.delete(ref)
    },
    // Nothing is scattered in memory, and what a history no longer reaches is little.
    tidy: async () => {},
    async advance(from, to) {
      if (mainOf(disk) !== from) return 'stale'
      disk.refs.set(main, must(disk, to).commit)
      return 'moved'
    },
    changes: async (from, to) => changes(disk, from, to),
    paths: async (treeish) => [...treeOf(disk, treeish).keys()],
    pour: async (ids, see) => {
      for (const id of ids) see(id, Buffer.from(id, 'latin1'))
    },
    overlay: async (tree, from, patterns) => overlay(disk, tree, { from, patterns }),
    async read(treeish, path) {
      const entry = treeOf(disk, treeish).get(path)
      return entry ? Buffer.from(entry.text, 'latin1') : null
    },
    digest: async (treeish, patterns) => digest(disk, treeish, patterns),
    diff: async (from, to, limit) => diff(disk, [from, to], limit),
    serve() {
      throw new Error('agents of the simulation read no git over HTTP')
    },
  }
}
