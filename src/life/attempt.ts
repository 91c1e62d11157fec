/** One try of one agent at one ticket: prepare → work → collect → gate, again on red, then into the lane. */
import { NO_USAGE } from '../ports/store.ts'
import { Trouble } from '../ports/trouble.ts'
import type { World } from '../ports/world.ts'
import type { Actor } from '../ticket/commands.ts'
import type { BounceReason } from '../ticket/events.ts'
import { FAILURES } from '../ticket/failures.ts'
import type { Ticket } from '../ticket/ticket.ts'
import { apply } from './apply.ts'
import { bounce } from './bounce.ts'
import { briefing, gather, occasion } from './brief.ts'
import { change } from './follow.ts'
import type { Member } from './names.ts'
import { prepare } from './prepare.ts'
import { type Ended, pursue } from './pursue.ts'

/** How it went, for the fleet: whether everybody should wait, and until when. */
export interface AttemptEnd {
  pause: { reason: string; until: number } | null
}

/**
 * Ends with the ticket in the lane, done, or open again; never throws but for a bug. When the signal aborts, the
 * work so far is kept and the ticket, if it is still this attempt's, is handed back. `submitted` is called as soon as
 * the work is in the lane, before the sandbox is closed.
 */
export async function attempt(
  world: World,
  ticket: Ticket,
  { signal, submitted }: { signal: AbortSignal; submitted: () => void },
): Promise<AttemptEnd> {
  const member = memberOf(world, ticket)
  const by: Actor = { kind: 'swarm', name: member.agent }
  let ended: Ended
  try {
    ended = await tried(world, ticket, { member, by, submitted }, signal)
  } catch (error) {
    if (signal.aborted) ended = 'stopped'
    else if (error instanceof Trouble) ended = { bounced: troubleClass(error), detail: error.message }
    else throw error
  }
  if (signal.aborted) {
    await apply(
      world,
      ticket.id,
      { type: 'release', attempt: member.attempt, reason: handedBack(signal) },
      by,
    )
    return { pause: null }
  }
  if (typeof ended === 'string') return { pause: null }
  const { bounced: reason, detail, until } = ended
  await bounce(world, { ticket: ticket.id, attempt: member.attempt, reason, detail }, by)
  const { pause } = FAILURES[reason]
  if (pause === 0) return { pause: null }
  return { pause: { reason: `${reason}: ${detail}`, until: until ?? world.clock.now() + pause * 1000 } }
}

const memberOf = (world: World, ticket: Ticket): Member => ({
  ticket,
  attempt: ticket.attempts,
  agent: 'holder' in ticket.stage ? ticket.stage.holder : 'agent',
  harness: world.harness.name,
})

const handedBack = ({ reason }: AbortSignal) =>
  typeof reason === 'string' ? reason : 'The attempt was stopped.'

const troubleClass = (trouble: Trouble): BounceReason =>
  trouble.retryable ? 'infrastructure' : 'harness crash'

async function tried(
  world: World,
  ticket: Ticket,
  { member, by, submitted }: { member: Member; by: Actor; submitted: () => void },
  signal: AbortSignal,
): Promise<Ended> {
  const brief = await gather(world.store, ticket)
  const prepared = await prepare(world, member, brief, signal)
  const transcript = world.transcripts.open(ticket.id, member.attempt)
  try {
    await world.store.transact((tx) =>
      change(tx, ticket.id, member.attempt, { base: prepared.base.commit, transcript: transcript.reference }),
    )
    const began = { session: null, spent: NO_USAGE, startedAt: world.clock.now() }
    const thread = { member, ticket, sandbox: prepared.sandbox, transcript, ...began }
    const first = { prompt: briefing(brief, member.agent, prepared), occasion: occasion(brief) }
    return await pursue(world, prepared, thread, { ...first, by, submitted }, signal)
  } finally {
    await transcript.close()
    await prepared.close()
  }
}
