/** Builds the tree that `main` would have with a piece of work on it, and says what stands against landing it. */

import { matches } from '../ports/paths.ts'
import type { Change, CommitInfo } from '../ports/repo.ts'
import type { World } from '../ports/world.ts'
import { authorOf, candidateRef, type Member, message } from './names.ts'

export type Combined =
  | { kind: 'conflict'; paths: string[]; tip: CommitInfo }
  /** `main` already has all of it. */
  | { kind: 'nothing'; tip: CommitInfo }
  /** It holds what may never land; one sentence each. */
  | { kind: 'forbidden'; why: string[]; tip: CommitInfo }
  | { kind: 'candidate'; candidate: Candidate }

export interface Candidate {
  commit: string
  tree: string
  tip: CommitInfo
  changes: Change[]
  /** Protected paths that it changes. When there are any, the gate of this candidate is not yet its own. */
  protected: string[]
}

/** The gate itself is always protected. */
export const gatePaths = (world: World) => ['verify.sh', ...world.settings().protectedPaths]

export async function combine(world: World, member: Member, work: string): Promise<Combined> {
  const tip = await world.repo.tip()
  const merged = await world.repo.merge(tip.commit, work)
  if ('conflicts' in merged) return { kind: 'conflict', paths: merged.conflicts, tip }
  const { tree } = merged
  if (tree === tip.tree) return { kind: 'nothing', tip }
  const changes = await world.repo.changes(tip.tree, tree)
  const why = await forbidden(world, tip, tree, changes)
  if (why.length > 0) return { kind: 'forbidden', why, tip }
  const commit = await propose(world, member, tip, tree)
  const touched = changes.flatMap(({ path, from }) => (from === null ? [path] : [from, path]))
  const guarded = touched.filter((path) => matches(path, gatePaths(world)))
  return { kind: 'candidate', candidate: { commit, tree, tip, changes, protected: [...new Set(guarded)] } }
}

/** The candidate as `main`'s own gate must see it: every protected path as it is on `main`. */
export async function guard(world: World, member: Member, candidate: Candidate): Promise<Candidate> {
  if (candidate.protected.length === 0) return candidate
  const tree = await world.repo.overlay(candidate.tree, candidate.tip.commit, gatePaths(world))
  return { ...candidate, tree, commit: await propose(world, member, candidate.tip, tree) }
}

async function propose(world: World, member: Member, tip: CommitInfo, tree: string): Promise<string> {
  const draft = { tree, parents: [tip.commit], message: message(member), author: authorOf(member) }
  const commit = await world.repo.commit({ ...draft, at: Math.floor(world.clock.now() / 1000) })
  await world.repo.keep(candidateRef(member.ticket.id), commit)
  return commit
}

async function forbidden(world: World, tip: CommitInfo, tree: string, changes: Change[]): Promise<string[]> {
  const why: string[] = []
  for (const { path, newMode } of changes) {
    if (matches(path, ['.swarm/**', '.swarm'])) why.push(`${path} belongs to the swarm; nothing lands there.`)
    if (newMode === '160000')
      why.push(`${path} is a nested repository or submodule; commit its files or leave it out.`)
    if (
      newMode.startsWith('100') &&
      (await hasMarkers(world, tree, path)) &&
      !(await hasMarkers(world, tip.tree, path))
    )
      why.push(`${path} holds conflict markers.`)
  }
  return why
}

/** All three kinds of marker, in order, each at the start of a line: a heading underlined with = is none. */
const MARKERS = /^<{7} [^\n]*\n(?:.*\n)*?={7}\r?\n(?:.*\n)*?>{7} /m

async function hasMarkers(world: World, tree: string, path: string): Promise<boolean> {
  const content = await world.repo.read(tree, path)
  if (content === null || content.includes(0)) return false
  const text = content.toString('utf8')
  return text.includes('<<<<<<< ') && MARKERS.test(text)
}
