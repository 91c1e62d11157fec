/** Candidate for landing: the tree that `main` would have with a piece of work on it, and the obstacles. */

import { shown } from '../../ports/path-bytes.ts'
import { pathMatcher } from '../../ports/paths.ts'
import type { Change, CommitInfo, Repo } from '../../ports/repo.ts'
import { inTurns } from '../../ports/turns.ts'
import type { World } from '../../ports/world.ts'
import { authorOf, candidateRef, guardedRef, type Member, message, workRef } from '../names.ts'
import type { Part } from './meaning/differ.ts'
import { scan } from './scan.ts'
import { takenBack } from './taken-back.ts'
import { weigh } from './weigh.ts'

/** Result of combining work with `main`. */
export type Combined =
  /** Conflict, with its paths as people are shown them. */
  | { kind: 'conflict'; paths: string[]; tip: CommitInfo }
  /** Nothing to land: `main` already has all of it. */
  | { kind: 'nothing'; tip: CommitInfo }
  /** Work with content that may never land; one sentence each. */
  | { kind: 'forbidden'; why: string[]; tip: CommitInfo }
  | { kind: 'candidate'; candidate: Candidate }

/** Commit that may land. */
export interface Candidate {
  commit: string
  /** Ref that reaches the commit, so that a sandbox can fetch it. */
  ref: string
  tree: string
  tip: CommitInfo
  /** Protected paths that it changes, as people are shown them. When there are any, its gate is not yet its own. */
  protected: string[]
  /** New programs that nobody can read, as people are shown them: they wait for a person, too. */
  programs: string[]
  /** Parts of files that decide what the gate's commands mean: they wait for a person, too. */
  meaning: Part[]
  /** Signs that it weakens tests or reverts others' work; the receipt holds them. */
  doubts: string[]
}

/** The gate itself is always protected. */
export const gatePaths = (world: Pick<World, 'settings'>) => ['verify.sh', ...world.settings().protectedPaths]

/** Combines `work` with the present tip of `main`. Throws when the work is gone. */
export async function combine(world: World, member: Member, work: string): Promise<Combined> {
  const [tip, made] = await Promise.all([world.repo.tip(), world.repo.find(work)])
  if (made === null) throw new Error(`the work ${work} of ticket ${member.ticket.id} is missing`)
  const key = [tip.commit, work, ...gatePaths(world)].join('\n')
  const known = remembered(world).get(key)
  if (known) return known
  const combined = await onto(world, member, tip, made)
  remember(world, key, combined)
  return combined
}

async function onto(world: World, member: Member, tip: CommitInfo, made: CommitInfo): Promise<Combined> {
  const tree = made.parents[0] === tip.commit ? made.tree : await merged(world, tip, made)
  if (typeof tree !== 'string') return { kind: 'conflict', paths: tree.conflicts.map(shown), tip }
  if (tree === tip.tree) return { kind: 'nothing', tip }
  const changes = await world.repo.changes(tip.tree, tree)
  const { forbidden, programs } = await scan(world, changes)
  if (forbidden.length > 0) return { kind: 'forbidden', why: forbidden, tip }
  const { commit, ref } =
    tree === made.tree && made.parents[0] === tip.commit
      ? { commit: made.commit, ref: workRef(member.ticket.id, member.attempt) }
      : await propose(world, member, { tip, tree, ref: candidateRef(member.ticket.id, member.attempt) })
  const isGuarded = pathMatcher(gatePaths(world))
  const touched = ({ path, from }: Change) => (from === null ? [path] : [from, path])
  const guarded = new Set(await inTurns(changes, (each) => touched(each).filter(isGuarded).map(shown)))
  const { meaning, doubts } = await weigh(world, { from: tip.tree, changes }, gatePaths(world))
  const weighed = { meaning, doubts: [...doubts, ...(await takenBack(world.repo, tip, changes))] }
  return {
    kind: 'candidate',
    candidate: { commit, ref, tree, tip, protected: [...guarded], programs, ...weighed },
  }
}

async function merged(
  world: World,
  tip: CommitInfo,
  made: CommitInfo,
): Promise<string | { conflicts: string[] }> {
  const merge = await world.repo.merge(tip.commit, made.commit)
  return 'conflicts' in merge ? merge : merge.tree
}

/**
 * Number of results to remember: the same work on the same tip gives the same, so a verified candidate is not rebuilt
 * to land.
 */
const MEMORY = 64
const memories = new WeakMap<Repo, Map<string, Combined>>()

function remembered({ repo }: World): Map<string, Combined> {
  const memory = memories.get(repo) ?? new Map<string, Combined>()
  memories.set(repo, memory)
  return memory
}

function remember(world: World, key: string, combined: Combined): void {
  const memory = remembered(world)
  memory.set(key, combined)
  const oldest = memory.keys().next().value
  if (memory.size > MEMORY && oldest !== undefined) memory.delete(oldest)
}

/** Files of `main` that decide the gate's meaning as a whole: they can be taken from there. */
export const overlaid = ({ meaning }: Candidate): string[] =>
  meaning.filter(({ part, before }) => part === null && before !== null).map(({ path }) => path)

/**
 * Builds the candidate for `main`'s own gate: every protected path as on `main`, and every file that decides the gate's
 * meaning as a whole. Other files keep the change's version: see docs/adr/030.
 */
export async function guard(world: World, member: Member, candidate: Candidate): Promise<Candidate> {
  const taken = overlaid(candidate)
  if (candidate.protected.length + taken.length === 0) return candidate
  const tree = await world.repo.overlay(candidate.tree, candidate.tip.commit, [...gatePaths(world), ...taken])
  const ref = guardedRef(member.ticket.id, member.attempt)
  return { ...candidate, tree, ...(await propose(world, member, { tip: candidate.tip, tree, ref })) }
}

async function propose(
  world: World,
  member: Member,
  { tip, tree, ref }: Pick<Candidate, 'tip' | 'tree' | 'ref'>,
) {
  const draft = { tree, parents: [tip.commit], message: message(member), author: authorOf(member) }
  const commit = await world.repo.commit({ ...draft, at: Math.floor(world.clock.now() / 1000) })
  await world.repo.keep(ref, commit)
  return { commit, ref }
}
