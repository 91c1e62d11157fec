/**
 * Waits for the end of a usage limit within the attempt: its sandbox stays as it is, and the harness goes on in the same
 * session. Only so long, though: a sandbox costs memory and disk, and `main` moves on meanwhile.
 */
import type { HarnessEnd } from '../../ports/harness.ts'
import type { World } from '../../ports/world.ts'
import type { Actor } from '../../ticket/commands.ts'
import { afterReset } from '../../ticket/pauses.ts'
import { applyIn, must, together } from '../apply.ts'
import type { Crew, Working } from '../crew.ts'
import { pauseFor } from '../landing/bounce.ts'
import { limitHold } from '../limits/hold.ts'
import type { Thread } from './work.ts'

/** Milliseconds that an attempt waits in all: the limit of five hours ends within them, that of a week does not. */
export const MOST_REST = 6 * 3_600_000

type Failed = Extract<HarnessEnd, { ok: false }>

/** True once the account may be tried again; false when that takes too long, or the attempt is over. */
export async function outlast(world: World, thread: Thread, end: Failed, by: Actor): Promise<boolean> {
  const now = world.clock.now()
  if (thread.rested + afterReset(end.until, now, 1) - now > MOST_REST) return false
  if (!(await waits(world, thread, end, by))) return false
  const rested = await thread.rest()
  thread.rested += rested
  thread.startedAt += rested
  return thread.rested <= MOST_REST
}

/** Lets everybody wait for the account, this attempt too; false when it is not the live one any more. */
async function waits(world: World, { member }: Thread, end: Failed, by: Actor): Promise<boolean> {
  const { ticket, attempt } = member
  const why = `it waits for the account, and goes on in the same session: ${end.detail}`
  const told = await together(world, async (tx, now) => {
    const ticketNow = must(
      await applyIn(tx, now, ticket.id, { type: 'advance', attempt, phase: 'working', why }, by),
    )
    await pauseFor(world, tx, now, end)
    return ticketNow
  })
  return !('refused' in told)
}

/** Rests until `letGoOn` says so, or the signal. Gives for how long, in milliseconds. */
export async function rest(world: World, crew: Crew, working: Working, signal: AbortSignal): Promise<number> {
  const since = world.clock.monotonic()
  working.isProbe = false
  await new Promise<void>((resolve) => {
    if (signal.aborted) return resolve()
    working.rest = { since, goOn: resolve }
    signal.addEventListener('abort', () => resolve(), { once: true })
    crew.wake()
  })
  working.rest = null
  const ms = world.clock.monotonic() - since
  working.rested += ms
  return ms
}

/** Lets attempts go on that have waited for the account: one to try it, the others once it answers. */
export async function letGoOn(world: World, crew: Crew): Promise<void> {
  for (const working of crew.working.values()) {
    if (working.rest === null) continue
    const isLong = restedOf(world, working) > MOST_REST
    const hold = isLong ? 'none' : await limitHold(world, crew)
    if (hold === 'all') continue
    working.isProbe = hold === 'probe'
    working.rest?.goOn()
    working.rest = null
  }
}

/** Milliseconds that it has rested so far. */
export const restedOf = (world: World, { rest, rested }: Working): number =>
  rested + (rest === null ? 0 : world.clock.monotonic() - rest.since)
