/**
 * Whether whoever leased a ticket still lives. A lease is a number that its supervisor changes every so often; it has
 * run out when we have watched it stay the same for too long, by a clock that nobody can set. So a jump of the wall
 * clock ends no lease and keeps none alive, here and on every other host, and after a restart watching begins anew.
 */
import type { Attempt } from '../ports/store.ts'
import type { World } from '../ports/world.ts'
import { liveAttempt, type Status, type Ticket } from '../ticket/ticket.ts'
import { change } from './follow.ts'

/** A claim is taken for dead after this long without a renewal. */
export const LEASE_MS = 60_000
/** Four renewals fit in a lease, so that a slow one costs nothing. */
export const RENEW_MS = 15_000

/** By attempt: the lease as it was last seen, and since when it is so, by the monotonic clock. */
export type Leases = Map<string, { lease: number; since: number }>

/** Whether the lease has not changed for as long as a lease lasts. Remembers what it sees. */
export function hasRunOut({ clock }: World, leases: Leases, attempt: Attempt): boolean {
  if (attempt.leaseUntil === null) return false
  const key = `${attempt.ticket}-${attempt.number}`
  const seen = leases.get(key)
  const now = clock.monotonic()
  if (seen?.lease === attempt.leaseUntil) return now - seen.since >= LEASE_MS
  leases.set(key, { lease: attempt.leaseUntil, since: now })
  return false
}

/** Forgets the leases of attempts that are over. */
export function forgetLeases(leases: Leases, live: Attempt[]): void {
  const keys = new Set(live.map(({ ticket, number }) => `${ticket}-${number}`))
  for (const key of leases.keys()) if (!keys.has(key)) leases.delete(key)
}

export interface Renewing {
  ticket: Ticket
  /** Milliseconds after which it is no longer renewed, whatever the attempt is at: its own cap has failed. */
  most: number
  /** Milliseconds of them that it has waited for the account. */
  waited: () => number
  stop: AbortController
  signal: AbortSignal
}

/** Keeps the lease alive for as long as the agent works; stops the attempt when it is no longer the live one. */
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

/** What becomes of the lease of an attempt whose ticket has this status. */
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
