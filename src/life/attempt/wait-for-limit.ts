/**
 * Wait for the end of a usage limit within the attempt: its sandbox stays as it is, and the harness resumes the same
 * session. The wait is limited: a sandbox costs memory and disk, and `main` moves on meanwhile.
 */
import type { HarnessEnd } from '../../ports/harness.ts'
import type { World } from '../../ports/world.ts'
import type { Actor } from '../../ticket/commands.ts'
import { afterReset } from '../../ticket/pauses.ts'
import { applyIn, must, together } from '../apply.ts'
import type { Fleet, Working } from '../fleet.ts'
import { pauseFor } from '../landing/send-back.ts'
import { limitStop } from '../limits/may-claim.ts'
import type { Thread } from './work.ts'

/** Milliseconds that an attempt waits in all: enough for a limit of five hours, not for one of a week. */
export const LONGEST_LIMIT_WAIT = 6 * 3_600_000

type Failed = Extract<HarnessEnd, { ok: false }>

/** Waits for the account. True once it may be tried again; false when that takes too long, or the attempt is over. */
export async function waitForLimit(world: World, thread: Thread, end: Failed, by: Actor): Promise<boolean> {
  const now = world.clock.now()
  if (thread.waited + afterReset(end.until, now, 1) - now > LONGEST_LIMIT_WAIT) return false
  if (!(await waits(world, thread, end, by))) return false
  const waited = await thread.limitWait()
  thread.waited += waited
  thread.startedAt += waited
  return thread.waited <= LONGEST_LIMIT_WAIT
}

/** Pauses everybody for the account, this attempt too; false when it is no longer the live one. */
async function waits(world: World, { member }: Thread, end: Failed, by: Actor): Promise<boolean> {
  const { ticket, attempt } = member
  const why = `it waits for the usage limit, then resumes the same session: ${end.detail}`
  const told = await together(world, async (tx, now) => {
    const ticketNow = must(
      await applyIn(tx, now, ticket.id, { type: 'advance', attempt, phase: 'working', why }, by),
    )
    await pauseFor(world, tx, now, end)
    return ticketNow
  })
  return !('refused' in told)
}

/** Waits until it is resumed, or the signal aborts. Gives the milliseconds waited. */
export async function limitWait(
  world: World,
  fleet: Fleet,
  working: Working,
  signal: AbortSignal,
): Promise<number> {
  const since = world.clock.monotonic()
  working.probing = null
  await new Promise<void>((resolve) => {
    if (signal.aborted) return resolve()
    working.limitWait = { since, goOn: resolve }
    signal.addEventListener('abort', () => resolve(), { once: true })
    fleet.wake()
  })
  working.limitWait = null
  const ms = world.clock.monotonic() - since
  working.waited += ms
  return ms
}

/** Resumes attempts that wait for the account: one as a probe, the others once it answers. */
export async function resumeWaiting(world: World, fleet: Fleet): Promise<void> {
  for (const working of fleet.working.values()) {
    if (working.limitWait === null) continue
    const isLong = waitedOf(world, working) > LONGEST_LIMIT_WAIT
    const hold = isLong ? 'none' : await limitStop(world, fleet)
    if (hold === 'all') continue
    working.probing = hold === 'probe' ? world.clock.monotonic() : null
    working.limitWait?.goOn()
    working.limitWait = null
  }
}

/** Milliseconds that it has waited so far. */
export const waitedOf = (world: World, { limitWait, waited }: Working): number =>
  waited + (limitWait === null ? 0 : world.clock.monotonic() - limitWait.since)
