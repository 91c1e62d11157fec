/**
 * Works at the ticket until it is fit to land, or the retries are used up: each red gate and each conflict goes back
 * to the same session with its evidence.
 */
import type { Sandbox } from '../ports/sandbox.ts'
import type { World } from '../ports/world.ts'
import { type Actor, isRefusal } from '../ticket/commands.ts'
import type { BounceReason } from '../ticket/events.ts'
import { FAILURES } from '../ticket/failures.ts'
import { apply } from './apply.ts'
import { comeback, goOn, type occasion } from './brief.ts'
import { ignoredIn } from './collect.ts'
import { inspect } from './inspect.ts'
import { outlast } from './outlast.ts'
import { type Prepared, update } from './prepare.ts'
import { save, saveNowAndThen } from './save.ts'
import { type Thread, work } from './work.ts'

export type Ended =
  | 'submitted'
  | 'finished'
  | 'stopped'
  | { bounced: BounceReason; detail: string; until?: number | null }

interface Round {
  prompt: string
  /** The same for who begins a new session. */
  afresh: string
  occasion: ReturnType<typeof occasion>
  by: Actor
  submitted: () => void
}

export async function pursue(
  world: World,
  { base: begun, sandbox }: Prepared,
  thread: Thread,
  first: Round,
  signal: AbortSignal,
): Promise<Ended> {
  const { member, ticket } = thread
  const advance = (phase: 'working' | 'verifying', why?: string) =>
    apply(world, ticket.id, { type: 'advance', attempt: member.attempt, phase, why }, first.by)
  let base = begun
  let round = first
  let why: string | undefined
  let goneOn = 0
  for (let retries = world.settings().verifyRetries; ; retries--) {
    if (isRefusal(await advance('working', why))) return 'stopped'
    const endSaving = saveNowAndThen(world, thread, base, signal)
    const end = await work(world, thread, round, signal).finally(endSaving)
    const commit = await save(world, thread, base, signal)
    if (signal.aborted) return 'stopped'
    if (!end.ok && thread.isInherited && end.reason === 'harness crash') {
      // The harness cannot go on in a session of another version, or a torn one: nothing has happened yet.
      Object.assign(thread, { session: null, isInherited: false })
      round = { ...first, prompt: first.afresh }
      why = 'it begins a new session: the earlier one cannot be gone on with'
      retries++
      continue
    }
    if (!end.ok) {
      const isLimit = FAILURES[end.reason].pause === 'until the reset'
      const goesOn = isLimit
        ? await outlast(world, thread, end, first.by)
        : goneOn++ < FAILURES[end.reason].goOn
      if (signal.aborted) return 'stopped'
      if (!goesOn) return { bounced: end.reason, detail: end.detail, until: end.until }
      retries++
      why = end.detail
      // Without a session there is nothing yet to go on with.
      if (thread.session !== null) round = { ...first, occasion: 'again', prompt: goOn(end.detail) }
      continue
    }
    if (commit === null) return nothing(world, thread, first.by)
    // The agent has given its ticket back: what it did is kept, and nobody asks what a gate says of it.
    if (isRefusal(await advance('verifying'))) return 'stopped'
    const found = await inspect(world, member, commit, signal)
    if (found.kind === 'fit') return submit(world, thread, commit, first)
    let evidence = found.evidence + (found.kind === 'red' ? await leftOut(sandbox, signal) : '')
    if (found.kind === 'red on main' || retries <= 0) return { bounced: found.bounce, detail: evidence }
    if (found.kind === 'conflict') {
      const updated = await update(world, sandbox, base, signal)
      base = updated.base
      evidence = `Both sides are in the files, marked; resolve them:\n${updated.evidence}`
    }
    why = found.what
    round = { ...first, occasion: found.occasion, prompt: comeback(found.what, evidence) }
  }
}

/** Often why a gate is red in a fresh checkout only. */
async function leftOut(sandbox: Sandbox, signal: AbortSignal): Promise<string> {
  const ignored = await ignoredIn(sandbox, signal)
  return ignored.length > 0 ? `\n\nIgnored by git, so not part of your change: ${ignored.join(', ')}` : ''
}

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

async function submit(
  world: World,
  { ticket, member }: Thread,
  commit: string,
  { by, submitted }: Round,
): Promise<Ended> {
  await apply(world, ticket.id, { type: 'submit', attempt: member.attempt, work: commit }, by)
  submitted()
  return 'submitted'
}
