/** One try of one agent at one ticket: prepare → work → collect → gate, again on red, then into the lane. */
import type { CommitInfo } from '../ports/repo.ts'
import { NO_USAGE } from '../ports/store.ts'
import { Trouble } from '../ports/trouble.ts'
import type { World } from '../ports/world.ts'
import type { Actor } from '../ticket/commands.ts'
import type { BounceReason } from '../ticket/events.ts'
import { FAILURES } from '../ticket/failures.ts'
import type { Ticket } from '../ticket/ticket.ts'
import { apply, change } from './apply.ts'
import { bounce } from './bounce.ts'
import { briefing, comeback, gather, occasion } from './brief.ts'
import { type Collected, collect } from './collect.ts'
import { inspect } from './inspect.ts'
import type { Member } from './names.ts'
import { type Prepared, prepare, update } from './prepare.ts'
import { type Thread, work } from './work.ts'

/** How it went, for the fleet: whether everybody should wait, and until when. */
export interface AttemptEnd {
  pause: { reason: string; until: number } | null
}

type Ended =
  | 'submitted'
  | 'finished'
  | 'stopped'
  | { bounced: BounceReason; detail: string; until?: number | null }

/**
 * Ends with the ticket in the lane, done, or open again; never throws but for a bug. When the signal aborts, the
 * work so far is kept and the ticket, if it is still this attempt's, is handed back.
 */
export async function attempt(world: World, ticket: Ticket, signal: AbortSignal): Promise<AttemptEnd> {
  const member = memberOf(world, ticket)
  const by: Actor = { kind: 'swarm', name: member.agent }
  let ended: Ended
  try {
    ended = await tried(world, ticket, member, by, signal)
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
  member: Member,
  by: Actor,
  signal: AbortSignal,
): Promise<Ended> {
  const brief = await gather(world.store, ticket)
  const prepared = await prepare(world, member, brief, signal)
  const transcript = world.transcripts.open(ticket.id, member.attempt)
  try {
    await world.store.transact((tx) =>
      change(tx, ticket.id, member.attempt, { base: prepared.base.commit, transcript: transcript.reference }),
    )
    const session = null
    const thread = { member, ticket, sandbox: prepared.sandbox, transcript, session, spent: NO_USAGE }
    const first = { prompt: briefing(brief, member.agent, prepared.resumed), occasion: occasion(brief) }
    return await rounds(world, prepared, thread, { ...first, by }, signal)
  } finally {
    await transcript.close()
    await prepared.close()
  }
}

interface Round {
  prompt: string
  occasion: ReturnType<typeof occasion>
  by: Actor
}

async function rounds(
  world: World,
  { base: begun, sandbox }: Prepared,
  thread: Thread,
  first: Round,
  signal: AbortSignal,
): Promise<Ended> {
  const { member, ticket } = thread
  const advance = (phase: 'working' | 'verifying') =>
    apply(world, ticket.id, { type: 'advance', attempt: member.attempt, phase }, first.by)
  let base = begun
  let round = first
  for (let retries = world.settings().verifyRetries; ; retries--) {
    await advance('working')
    const end = await work(world, thread, round, signal)
    const collected = await keepWork(world, thread, base, signal)
    if (signal.aborted) return 'stopped'
    if (!end.ok) return { bounced: end.reason, detail: end.detail, until: end.until }
    if (collected.work === null) return nothing(world, thread, first.by)
    await advance('verifying')
    const found = await inspect(world, member, collected, signal)
    if (found.kind === 'fit') return submit(world, thread, collected.work, first.by)
    if (found.kind === 'red on main' || retries <= 0)
      return { bounced: found.kind === 'red on main' ? 'pre-existing' : found.bounce, detail: found.evidence }
    let { evidence } = found
    if (found.kind === 'conflict') {
      const updated = await update(world, sandbox, base, signal)
      base = updated.base
      evidence = updated.evidence
    }
    round = { ...first, occasion: found.occasion, prompt: comeback(found.what, evidence) }
  }
}

/** Work is collected even when the attempt is being stopped: on its own, shorter, time. */
function keepWork(world: World, thread: Thread, base: CommitInfo, signal: AbortSignal): Promise<Collected> {
  const own = signal.aborted ? AbortSignal.timeout(COLLECT_MS) : signal
  return collect(world, thread.sandbox, thread.member, base, own).then(async (collected) => {
    if (collected.work !== null)
      await world.store.transact((tx) =>
        change(tx, thread.ticket.id, thread.member.attempt, { work: collected.work }),
      )
    return collected
  })
}

/** `swarm stop` ends within 5 s in all. */
const COLLECT_MS = 2000

/** No change is only done when the agent said why. */
async function nothing(world: World, { ticket, member }: Thread, by: Actor): Promise<Ended> {
  const { declared } = (await world.store.attempt(ticket.id, member.attempt)) ?? {}
  if (!declared)
    return {
      bounced: 'did nothing',
      detail: 'The agent changed nothing and did not say why nothing was needed.',
    }
  await apply(world, ticket.id, { type: 'finish', attempt: member.attempt, ...declared }, by)
  return 'finished'
}

async function submit(world: World, { ticket, member }: Thread, commit: string, by: Actor): Promise<Ended> {
  await apply(world, ticket.id, { type: 'submit', attempt: member.attempt, work: commit }, by)
  return 'submitted'
}
