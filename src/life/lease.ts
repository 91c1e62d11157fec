/**
 * Check whether the holder of a lease still lives. A lease is a number that its supervisor changes regularly; it has
 * run out when it stayed the same for too long, by a clock that nobody can set. So a jump of the wall clock neither
 * ends nor extends a lease, here and on every other host, and after a restart watching begins anew.
 */
import type { Attempt } from '../ports/attempts.ts'
import type { World } from '../ports/world.ts'
import { liveAttempt, type Status, type Ticket } from '../ticket/ticket.ts'
import { change } from './follow.ts'

/** Milliseconds without a renewal after which a claim counts as dead. */
export const LEASE_MS = 60_000
/** Milliseconds between renewals: four fit in a lease, so that a slow one costs nothing. */
export const RENEW_MS = 15_000

/** Leases by attempt: the value at the last look, and its first sight by the monotonic clock. */
export type Leases = Map<string, { lease: number; since: number }>

/** True when the lease has not changed for as long as a lease lasts. Remembers what it sees. */
export function hasRunOut({ clock }: World, leases: Leases, attempt: Attempt): boolean {
  if (attempt.leaseUntil === null) return false
  const key = `${attempt.ticket}-${attempt.number}`
  const seen = leases.get(key)
  const now = clock.monotonic()
  if (seen?.lease === attempt.leaseUntil) return now - seen.since >= LEASE_MS
  leases.set(key, { lease: attempt.leaseUntil, since: now })
  return false
}

/** Removes the leases of attempts that are over. */
export function forgetLeases(leases: Leases, live: Attempt[]): void {
  const keys = new Set(live.map(({ ticket, number }) => `${ticket}-${number}`))
  for (const key of leases.keys()) if (!keys.has(key)) leases.delete(key)
}

/** Lease to renew. */
export interface Renewing {
  ticket: Ticket
  /** Milliseconds after which it is no longer renewed, in any state: the attempt's own limit has failed. */
  most: number
  /** Milliseconds of them spent waiting for the account. */
  waited: () => number
  stop: AbortController
  signal: AbortSignal
}

/** Renews the lease while the agent works; stops the attempt when it is no longer the live one. */
export async function renew(world: World, { ticket, most, waited, stop, signal }: Renewing): Promise<void> {
  const since = world.clock.monotonic()
  for (;;) {
    await world.clock.sleep(RENEW_MS, signal)
    if (signal.aborted) return
    if (world.clock.monotonic() - since - waited() > most)
      return stop.abort(`The attempt did not end within ${Math.round(most / 60_000)} minutes.`)
    const attempt = await prolong(world, ticket).catch((trouble) => {
      world.note(`the lease of #${ticket.id} was not renewed: ${trouble}`)
      return 'unknown'
    })
    if (attempt === 'submitted') return
    if (attempt === 'over') return stop.abort('The ticket was taken back.')
  }
}

/** Consequence of each status for the lease of an attempt. */
const RENEWS: Record<Status, 'working' | 'submitted' | 'over'> = {
  open: 'over',
  in_progress: 'working',
  ready: 'submitted',
  done: 'over',
}

/** The new lease differs from the old one, also while the wall clock stands still or goes back. */
const prolong = (world: World, { id, attempts }: Ticket): Promise<'working' | 'submitted' | 'over'> =>
  world.store.transact(async (tx) => {
    const [now, attempt] = [await tx.ticket(id), await tx.attempt(id, attempts)]
    if (!now || !attempt || liveAttempt(now) !== attempts) return 'over'
    const how = RENEWS[now.stage.status]
    if (how !== 'working') return how
    const until = world.clock.now() + LEASE_MS
    const leaseUntil = until === attempt.leaseUntil ? until + 1 : until
    await change(tx, id, attempts, { leaseUntil })
    return 'working'
  })
