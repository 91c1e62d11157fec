/**
 * Lands the first of the lane. `main` only ever moves, by compare-and-swap, to a commit whose exact tree has a green
 * receipt. Nothing here needs repair after a crash: before it acts, it asks git whether the commit is already in.
 */
import type { Landing, Receipt } from '../ports/store.ts'
import type { World } from '../ports/world.ts'
import type { Actor } from '../ticket/commands.ts'
import type { BounceReason } from '../ticket/events.ts'
import { ENOUGH } from '../ticket/failures.ts'
import type { Ticket } from '../ticket/ticket.ts'
import { apply, applyIn } from './apply.ts'
import { bounce } from './bounce.ts'
import { type Candidate, type Combined, combine } from './combine.ts'
import { isWaiting } from './follow.ts'
import { judge } from './gate.ts'
import type { Member } from './names.ts'

export type Landed =
  | { kind: 'idle' }
  /** It left the lane, landed or not, or waits for a person now: look at the next one. */
  | { kind: 'settled' }
  /** The gate could not run: try again later. */
  | { kind: 'waiting'; why: string }

const LANE: Actor = { kind: 'swarm', name: 'lane' }

/** `watch` is told what it does with which landing. */
export async function land(
  world: World,
  signal: AbortSignal,
  watch: (landing: Landing, doing: 'merging' | 'verifying') => void,
): Promise<Landed> {
  const next = await first(world)
  if (!next) return { kind: 'idle' }
  const { landing, ticket, member } = next
  watch(landing, 'merging')
  if (landing.candidate && (await world.repo.landed(landing.candidate))) {
    await apply(world, ticket.id, { type: 'land', attempt: landing.attempt, commit: landing.candidate }, LANE)
    return { kind: 'settled' }
  }
  const combined = await combine(world, member, landing.work)
  if (combined.kind !== 'candidate') return turnedAway(world, landing, combined)
  const { candidate } = combined
  if (candidate.protected.length > 0 && !isApproved(ticket)) {
    await apply(
      world,
      ticket.id,
      { type: 'hold', attempt: landing.attempt, paths: candidate.protected },
      LANE,
    )
    return { kind: 'settled' }
  }
  watch(landing, 'verifying')
  const receipt = await verify(world, candidate, member, signal)
  signal.throwIfAborted()
  if (receipt.verdict === 'green') return move(world, landing, candidate, receipt)
  return receipt.verdict === 'red' ? sendBack(world, landing, receipt) : wait(world, landing, receipt)
}

/** The first landing that nothing and nobody holds up. */
async function first(world: World): Promise<{ landing: Landing; ticket: Ticket; member: Member } | null> {
  for (const landing of await world.store.landings({ status: 'queued' })) {
    const ticket = await world.store.ticket(landing.ticket)
    if (ticket?.stage.status !== 'ready' || ticket.stage.held.length > 0) continue
    const harness = (await world.store.attempt(ticket.id, landing.attempt))?.harness ?? 'none'
    return {
      landing,
      ticket,
      member: { ticket, attempt: landing.attempt, agent: ticket.stage.holder, harness },
    }
  }
  return null
}

const isApproved = ({ stage }: Ticket) => stage.status === 'ready' && stage.approved

async function turnedAway(
  world: World,
  { ticket, attempt }: Landing,
  combined: Exclude<Combined, { kind: 'candidate' }>,
): Promise<Landed> {
  if (combined.kind === 'nothing') {
    const reason = 'main already has all of this change.'
    await apply(world, ticket, { type: 'finish', attempt, resolution: 'no-change', reason }, LANE)
  } else if (combined.kind === 'conflict') {
    await back(world, ticket, attempt, 'conflict', `In conflict with main:\n${combined.paths.join('\n')}`)
  } else {
    await back(world, ticket, attempt, 'gate red', combined.why.join('\n'))
  }
  return { kind: 'settled' }
}

const back = (
  world: World,
  ticket: number,
  attempt: number,
  reason: BounceReason,
  detail: string,
  enough = false,
) => bounce(world, { ticket, attempt, reason, detail, enough }, LANE)

function verify(world: World, candidate: Candidate, member: Member, signal: AbortSignal): Promise<Receipt> {
  const { commit, ref, tree, tip } = candidate
  const main = { commit: tip.commit, tree: tip.tree, ref: `refs/heads/${world.repo.branch}` }
  const { ticket, attempt, agent } = member
  return judge(world, { commit, tree, ref, ticket, attempt, agent, main }, signal)
}

async function sendBack(world: World, { ticket, attempt }: Landing, receipt: Receipt): Promise<Landed> {
  const reason = receipt.preExisting ? 'pre-existing' : 'gate red'
  await back(world, ticket, attempt, reason, `Red on the newest main:\n${receipt.output}`)
  return { kind: 'settled' }
}

/** Not held against the change, but not for ever either: after a few tries a person is asked. */
async function wait(world: World, { ticket, attempt }: Landing, receipt: Receipt): Promise<Landed> {
  const tries = (await world.store.receipts({ ticket, limit: 50 })).filter(
    (each) => each.attempt === attempt && each.verdict === 'could not run',
  )
  if (tries.length < ENOUGH) return { kind: 'waiting', why: receipt.output.trim() }
  await back(world, ticket, attempt, 'infrastructure', `The gate could not run:\n${receipt.output}`, true)
  return { kind: 'settled' }
}

/**
 * Moves `main`. The candidate is written down first, so that after a crash git can be asked for it; the move itself
 * happens inside the transaction that ends the attempt, so that no late attempt and no cancelled ticket can land.
 */
async function move(world: World, landing: Landing, candidate: Candidate, receipt: Receipt): Promise<Landed> {
  const { commit, tip } = candidate
  const made = await world.repo.find(commit)
  if (made?.tree !== receipt.tree) throw new Error(`the tree of ${commit} is not the one that was verified`)
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
      LANE,
    )
    if ('refused' in applied) throw new Error(`${commit} is on main, yet: ${applied.sentence}`)
  })
  return { kind: 'settled' }
}
