/**
 * Landing of the first commit in the merge queue. `main` only ever moves, by compare-and-swap, to a commit whose exact
 * tree has a green receipt. Nothing here needs repair after a crash: before it acts, it asks git whether the commit is
 * already in.
 */
import type { Landing, Receipt } from '../../ports/attempts.ts'
import type { World } from '../../ports/world.ts'
import type { Ticket } from '../../ticket/ticket.ts'
import { apply, applyIn } from '../apply.ts'
import type { Aside } from '../fleet.ts'
import { isWaiting } from '../follow.ts'
import { MERGE_QUEUE, type Member } from '../names.ts'
import { lookAtMain } from './await-main.ts'
import { type Candidate, type Combined, combine } from './combine.ts'
import { judge, redOfMain } from './gate.ts'
import { whyApproval } from './needs-approval.ts'
import { strays } from './strays.ts'
import { giveUp, keepOut, type Landed, sandboxesAreBack, sendBackRed, turnedAway, wait } from './turn-away.ts'
import type { GateRequest } from './verify.ts'

/** Callbacks of the merge queue. */
export interface Watching {
  /** Called when work on a landing begins, and when it moves on. */
  watch: (landing: Landing, doing: 'merging' | 'verifying') => Promise<void>
  /** State of a landing that could not be judged: it waits, or is given up with a reason; null for any other. */
  asideOf: (landing: Landing) => 'waits' | Pick<Aside, 'tries' | 'why'> | null
}

/** Lands the first commit that can land, or sends it back. Throws Trouble when git or the store fails. */
export async function land(world: World, signal: AbortSignal, { watch, asideOf }: Watching): Promise<Landed> {
  if (await lookAtMain(world, signal)) return { kind: 'settled' }
  const next = await first(world, (landing) => asideOf(landing) === 'waits')
  if (!next) return { kind: 'idle' }
  const { landing, ticket, member } = next
  await watch(landing, 'merging')
  const aside = asideOf(landing)
  if (aside !== null && aside !== 'waits') return giveUp(world, landing, aside)
  const combined = await combine(world, member, landing.work)
  const known = await landedAs(world, landing, combined)
  if (known !== null) {
    await apply(world, ticket.id, { type: 'land', attempt: landing.attempt, commit: known }, MERGE_QUEUE)
    return { kind: 'settled' }
  }
  if (combined.kind !== 'candidate') return turnedAway(world, landing, combined)
  const { candidate } = combined
  const held = whyApproval(world, candidate)
  if (held.paths.length > 0 && !isApproved(ticket)) {
    await apply(world, ticket.id, { type: 'hold', attempt: landing.attempt, ...held }, MERGE_QUEUE)
    return { kind: 'settled' }
  }
  await watch(landing, 'verifying')
  const request = gateOf(world, candidate, member)
  const receipt = await judge(world, request, signal)
  signal.throwIfAborted()
  if (receipt.trouble === null) await sandboxesAreBack(world)
  if (receipt.verdict === 'green') return move(world, landing, candidate, receipt)
  if (receipt.verdict === 'could not run') return wait(world, landing, receipt)
  return sendBackRed(world, landing, { receipt, onMain: await redOfMain(world, request, signal) })
}

interface Next {
  landing: Landing
  ticket: Ticket
  member: Member
}

/** Finds the first landing that nothing holds up. */
async function first(world: World, isAside: (landing: Landing) => boolean): Promise<Next | null> {
  for (const landing of await world.store.landings({ status: 'queued' })) {
    if (isAside(landing)) continue
    const ticket = await world.store.ticket(landing.ticket)
    if (ticket?.stage.status !== 'ready' || ticket.stage.held.length > 0) continue
    if (ticket.stage.attempt !== landing.attempt) continue
    const harness = (await world.store.attempt(ticket.id, landing.attempt))?.harness ?? 'none'
    return {
      landing,
      ticket,
      member: { ticket, attempt: landing.attempt, agent: ticket.stage.holder, harness },
    }
  }
  return null
}

/**
 * Commit by which the work is on `main` already. A git that survived its server may have moved `main` to a candidate
 * that the store has since replaced, so commits are also recognised by their trailers.
 */
async function landedAs(world: World, landing: Landing, combined: Combined): Promise<string | null> {
  const { candidate, ticket, attempt } = landing
  if (candidate === null && combined.kind !== 'nothing') return null
  if (candidate !== null && (await world.repo.landed(candidate))) return candidate
  // What was on main when the attempt began is not its own: numbers come back after a restore.
  const base = (await world.store.attempt(ticket, attempt))?.base
  for (const { commit, trailers } of await world.repo.history({ limit: RECENT })) {
    if (commit === base) return null
    if (trailers.ticket === String(ticket) && trailers.attempt === String(attempt)) return commit
  }
  return null
}

const RECENT = 64

const isApproved = ({ stage }: Ticket) => stage.status === 'ready' && stage.approved

function gateOf(world: World, { commit, ref, tree, tip, doubts }: Candidate, member: Member): GateRequest {
  const main = { commit: tip.commit, tree: tip.tree, ref: `refs/heads/${world.repo.branch}` }
  const { ticket, attempt, agent } = member
  return { commit, tree, ref, ticket, attempt, agent, main, doubts }
}

/**
 * Moves `main`. The candidate is stored first, so that git can be asked for it after a crash; the move itself happens
 * inside the transaction that ends the attempt, so that no late attempt and no cancelled ticket can land.
 */
async function move(world: World, landing: Landing, candidate: Candidate, receipt: Receipt): Promise<Landed> {
  const { commit, tip } = candidate
  const made = await world.repo.find(commit)
  if (made?.tree !== receipt.tree) throw new Error(`the tree of ${commit} is not the one that was verified`)
  const others = await strays(world.repo, landing, { before: tip.commit, tree: made.tree })
  if (others === null || others.length > 0) return keepOut(world, landing, others ?? [])
  await world.store.transact(async (tx) => {
    if (await isWaiting(tx, landing)) await tx.putLanding({ ...landing, candidate: commit })
  })
  await world.store.transact(async (tx) => {
    if (!(await isWaiting(tx, landing))) return
    if ((await world.repo.advance(tip.commit, commit)) === 'stale') return
    const applied = await applyIn(
      tx,
      world.clock.now(),
      landing.ticket,
      { type: 'land', attempt: landing.attempt, commit },
      MERGE_QUEUE,
    )
    if ('refused' in applied)
      throw new Error(`${commit} is on main, but the ticket could not be updated: ${applied.sentence}`)
  })
  return { kind: 'settled' }
}
