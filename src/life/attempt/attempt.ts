/** One attempt of an agent at a ticket: prepare → work → collect → gate, again on red, then into the merge queue. */

import { NO_USAGE } from '../../ports/attempts.ts'
import type { GatewayEvent, Seen } from '../../ports/gateway.ts'
import { shortage, Trouble } from '../../ports/trouble.ts'
import type { World } from '../../ports/world.ts'
import type { Actor } from '../../ticket/commands.ts'
import type { SendBackReason } from '../../ticket/events.ts'
import { isProposing } from '../../ticket/proposing.ts'
import type { Ticket } from '../../ticket/ticket.ts'
import { apply } from '../apply.ts'
import { change } from '../follow.ts'
import { sendBack } from '../landing/send-back.ts'
import type { Member } from '../names.ts'
import { briefing, gather, occasion } from '../prompts/brief.ts'
import { partsOf } from '../prompts/ticket-texts.ts'
import { handedBack } from './ending.ts'
import { prepare } from './prepare.ts'
import { propose } from './propose.ts'
import { workUntilFit } from './work-until-fit.ts'
import type { Ended } from './working-state.ts'

/** Callbacks of an attempt, and its signal. */
export interface AttemptCallbacks {
  signal: AbortSignal
  /** Called once its work is in the merge queue, before the sandbox is closed. */
  submitted: () => void
  /** Called with the gateway's view once its sandbox is open. */
  opened: (seen: Seen) => void
  /** Called when the model answers: any problem with the account is over. */
  works: () => Promise<void>
  /** Waits until the account may be tried again, or the signal aborts; gives the milliseconds waited. */
  limitWait: () => Promise<number>
}

/**
 * Runs an attempt. It ends with the ticket in the merge queue, done, or open again; it throws only for a bug, or when
 * the store accepts nothing. When the signal aborts, the work so far is saved and the ticket, if still this attempt's,
 * given back.
 */
export async function attempt(world: World, ticket: Ticket, callbacks: AttemptCallbacks): Promise<void> {
  const { signal } = callbacks
  const member = memberOf(world, ticket)
  const by: Actor = { kind: 'swarm', name: member.agent }
  const ended = await endOf(world, ticket, { member, by, ...callbacks })
  if (signal.aborted) {
    const reason = handedBack(signal)
    await apply(world, ticket.id, { type: 'release', attempt: member.attempt, reason }, by)
  } else if (typeof ended !== 'string') {
    const { bounced: reason, ...why } = ended
    await sendBack(world, { ticket: ticket.id, attempt: member.attempt, reason, ...why }, by)
  }
}

async function endOf(world: World, ticket: Ticket, trying: Trying): Promise<Ended> {
  try {
    return await tried(world, ticket, trying)
  } catch (error) {
    if (trying.signal.aborted) return 'stopped'
    const trouble = error instanceof Trouble ? error : shortage(error)
    if (trouble) return { bounced: troubleClass(trouble), detail: trouble.message }
    throw error
  }
}

interface Trying extends AttemptCallbacks {
  member: Member
  by: Actor
}

const memberOf = (world: World, ticket: Ticket): Member => ({
  ticket,
  attempt: ticket.attempts,
  agent: 'holder' in ticket.stage ? ticket.stage.holder : 'agent',
  harness: world.harness.name,
})

function troubleClass({ code, retryable }: Trouble): SendBackReason {
  if (code === 'engine') return 'no sandbox'
  return retryable || code === 'missing program' ? 'infrastructure' : 'harness crash'
}

async function tried(
  world: World,
  ticket: Ticket,
  { member, by, opened, submitted, works, limitWait, signal }: Trying,
): Promise<Ended> {
  const brief = await gather(world.store, ticket)
  const transcript = world.transcripts.open(ticket.id, member.attempt)
  const tell = (event: GatewayEvent) => transcript.append(event)
  const prepared = await prepare(world, member, { brief, tell }, signal).catch(async (error: unknown) => {
    await transcript.close()
    throw error
  })
  opened(prepared.seen)
  try {
    await world.store.transact((tx) =>
      change(tx, ticket.id, member.attempt, {
        base: prepared.base.commit,
        transcript: transcript.reference,
        model: world.settings().model,
        session: prepared.session,
      }),
    )
    const { model } = world.settings()
    const inherited = { session: prepared.session, isInherited: prepared.session !== null }
    const began = { ...inherited, model, spent: NO_USAGE, startedAt: world.clock.monotonic() }
    const thread = {
      member,
      ticket,
      sandbox: prepared.sandbox,
      seen: prepared.seen,
      transcript,
      ...{ works, limitWait, waited: 0 },
      ...began,
    }
    if (isProposing(ticket)) return await propose(world, thread, { by, ...prepared }, signal)
    const tells = (session: string | null) => briefing(brief, member.agent, { ...prepared, session })
    const first = {
      prompt: tells(prepared.session),
      afresh: tells(null),
      occasion: occasion(brief),
      parts: partsOf(brief, world.manual),
    }
    return await workUntilFit(world, prepared, thread, { ...first, by, submitted }, signal)
  } finally {
    await prepared.close()
    await transcript.close()
  }
}
