/** Collection of the work in a sandbox: the agent's commits and its uncommitted files, as one squashed commit. */
import { pathMatcher } from '../../ports/paths.ts'
import type { CommitInfo, Received } from '../../ports/repo.ts'
import type { Sandbox } from '../../ports/sandbox.ts'
import { Trouble } from '../../ports/trouble.ts'
import type { World } from '../../ports/world.ts'
import { builtOn } from '../landing/built-on.ts'
import { gatePaths } from '../landing/combine.ts'
import { authorOf, type Member, message, workRef } from '../names.ts'
import { orphan, tangled, unusable } from './astray.ts'
import { type Beside, keepBeside, newsAmong } from './beside.ts'
import { type Entered, enter, type Packing } from './enter.ts'
import { done, said } from './inside.ts'
import { BESIDE } from './nests.ts'
import { NOTHING_NEW, PACK, PACK_BESIDE, PACK_FILES } from './pack.ts'
import { type Refused, refusedIn } from './refused.ts'

/** Collected work. */
export interface Collected extends Refused {
  /** Squashed commit, on the real base of the agent's files; null when nothing differs from that. */
  work: string | null
  /** True when HEAD claims more of `main` than that. */
  isBehind: boolean
  /** True when the checkout equals its base, and nothing lies beside: the agent has reverted what it had. */
  isAsBegun: boolean
  /** Work beside HEAD that neither HEAD nor `main` has. */
  beside: Beside[]
  /** Reason why nothing of it can be work, and the command that fixes that; null for none. */
  astray: { why: string; mend: string } | null
}

/**
 * Collects the work. `base` is the commit of `main` that the checkout builds on. Everything is saved in refs of its own
 * whatever happens next, even where the checkout's repository is no longer usable. Throws Trouble when nothing can be
 * had at all.
 */
export async function collect(
  world: World,
  sandbox: Sandbox,
  member: Member,
  base: CommitInfo,
  signal: AbortSignal,
): Promise<Collected> {
  const { room } = sandbox
  const args: Packing['args'] = [base.commit, '', room?.reserve ?? '', String(room?.reserveKb ?? 0)]
  const first = await enter(world, sandbox, member, { script: PACK, args }, signal)
  if (first.end.exit === 0) {
    const refused = refusedIn(room, [first.end], first.flaws)
    return takenIn(world, member, { base, entered: first, refused })
  }
  if (first.end.timedOut || signal.aborted) done(first.end, 'git bundle')
  const files = await enter(world, sandbox, member, { script: PACK_FILES, args }, signal)
  const refused = refusedIn(room, [first.end, files.end], [...first.flaws, ...files.flaws])
  if (files.end.exit === 0) {
    const taken = await takenIn(world, member, { base, entered: files, refused })
    return { ...taken, astray: refused.room === 'too full' ? null : unusable(world, base, said(first.end)) }
  }
  if (refused.room === 'too full') return { ...NONE, ...refused }
  return done(first.end, 'git bundle') as never
}

/** Replaces the saved work by its base, as the agent has reverted it. */
export async function forget({ repo }: World, { ticket, attempt }: Member, base: CommitInfo): Promise<void> {
  const ref = workRef(ticket.id, attempt)
  if (await repo.find(ref)) await repo.keep(ref, base.commit)
}

/**
 * Collects while the agent works, whose own index, branch and commits stay unchanged. Gives null when the state still
 * equals `since`, and when the signal has aborted. Earlier saved work stays while there is nothing else.
 */
export async function collectBeside(
  world: World,
  sandbox: Sandbox,
  member: Member,
  { base, since }: { base: CommitInfo; since: string },
  signal: AbortSignal,
): Promise<{ work: string | null; since: string } | null> {
  const packing: Packing = { script: PACK_BESIDE, args: [base.commit, since, '', '0'] }
  const { end, received, keptOut } = await enter(world, sandbox, member, packing, signal)
  if (end.exit === NOTHING_NEW || signal.aborted) return null
  done(end, 'git bundle')
  if (received === null) throw new Trouble('git', keptOut.join(' '), { retryable: false })
  const { work } = await takeIn(world, member, base, received)
  return { work, since: [received.tree, ...received.beside.map(({ commit }) => commit)].join(' ') }
}

interface Taken {
  base: CommitInfo
  entered: Entered
  refused: Refused
}

async function takenIn(world: World, member: Member, { base, entered, refused }: Taken): Promise<Collected> {
  const { received, keptOut } = entered
  // Agents' programs hide their own configuration so, and nobody wants that to land.
  const isProtected = pathMatcher(gatePaths(world))
  const all = { ...refused, hidden: refused.hidden.filter((path) => !isProtected(path)) }
  if (received === null) return { ...NONE, ...all, refused: [...all.refused, ...keptOut] }
  return { ...(await takeIn(world, member, base, received)), ...all }
}

type In = Pick<Collected, 'work' | 'isBehind' | 'isAsBegun' | 'beside' | 'astray'>

/** Result when nothing could be taken in. */
const NONE: In = { work: null, isBehind: false, isAsBegun: false, beside: [], astray: null }

async function takeIn(world: World, member: Member, base: CommitInfo, received: Received): Promise<In> {
  // An agent may have left its base: what it changed is told by what its files really build on.
  const [says, built] = [await world.repo.bases(received.commit), await builtOn(world.repo, received, base)]
  if (built === null || built.length === 0) {
    const astray = built === null ? tangled(world, base) : orphan(world, base)
    return { ...(await stray(world, member, base, received)), astray }
  }
  const beside = await keepBeside(world, member, base, await newsAmong(world, received, gatePaths(world)))
  const isNothing = [base, ...says, ...built].some(({ tree }) => tree === received.tree)
  const work = isNothing ? null : await squash(world, member, built, received.tree)
  const isBehind = built.some(({ commit }) => !says.some((each) => each.commit === commit))
  const isAsBegun = received.tree === base.tree && beside.length === 0
  return { work, isBehind, isAsBegun, beside, astray: null }
}

/** Saves the files as work beside, on the base, so that the next attempt can take parts of them. */
async function stray(
  world: World,
  member: Member,
  base: CommitInfo,
  { tree, beside }: Received,
): Promise<In> {
  const draft = { tree, parents: [base.commit], message: `${BESIDE}files` }
  const commit = await world.repo.commit({ ...draft, author: authorOf(member), at: base.at })
  const files = (await world.repo.find(commit))!
  const news = await newsAmong(world, { commit: base.commit, beside: [files, ...beside] })
  const kept = await keepBeside(world, member, base, news)
  return { ...NONE, beside: kept }
}

async function squash(world: World, member: Member, built: CommitInfo[], tree: string): Promise<string> {
  const work = await world.repo.commit({
    tree,
    parents: built.map((each) => each.commit),
    message: message(member),
    author: authorOf(member),
    at: Math.floor(world.clock.now() / 1000),
  })
  await world.repo.keep(workRef(member.ticket.id, member.attempt), work)
  return work
}
