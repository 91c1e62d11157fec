/** Start of attempts: each free agent gets the first ready ticket, and its lease is renewed while it works. */
import type { Seen } from '../../ports/gateway.ts'
import { abortWith } from '../../ports/patience.ts'
import { Trouble } from '../../ports/trouble.ts'
import type { World } from '../../ports/world.ts'
import type { WhyIdle } from '../../ticket/idle.ts'
import { attempt } from '../attempt/attempt.ts'
import { limitWait, waitedOf } from '../attempt/wait-for-limit.ts'
import type { Fleet, Working } from '../fleet.ts'
import { barOf } from '../landing/await-main.ts'
import { LEASE_MS, renew } from '../lease.ts'
import { claimStop, ours, runShort } from '../limits/may-claim.ts'
import { lift } from '../limits/pauses.ts'
import { claimNext } from './claim.ts'
import { claimProposing } from './claim-proposing.ts'

/** Starts an attempt for each free agent, and records why one stays idle. */
export async function startAttempts(world: World, fleet: Fleet): Promise<void> {
  fleet.idle = await staffed(world, fleet)
}

/** Starts attempts; gives the reason why the first agent without a ticket gets none, null when each has one. */
async function staffed(world: World, fleet: Fleet): Promise<WhyIdle | null> {
  if (fleet.size === 0) return { kind: 'no agents' }
  for (let n = 1; n <= fleet.size; n++) {
    const agent = `agent-${n}`
    if (fleet.working.has(agent)) continue
    const { hold, why } = await claimStop(world, fleet)
    if (hold === 'all' || fleet.signal.aborted) return why
    const isProbe = hold === 'probe'
    const above = await barOf(world)
    const claim = { holder: agent, leaseMs: LEASE_MS, harness: world.harness.name, isProbe, above }
    const ready = await claimNext(world, claim)
    const mayPropose = hold === 'none' && above === null
    const ticket = ready ?? (mayPropose ? await claimProposing(world, agent) : null)
    if (!ticket) return above === null ? { kind: 'nothing to claim' } : { kind: 'main is red', above }
    start(world, fleet, { agent, ticket, isProbe })
  }
  return null
}

interface Start extends Pick<Working, 'ticket'> {
  agent: string
  isProbe: boolean
}

function start(world: World, fleet: Fleet, { agent, ticket, isProbe }: Start): void {
  const stop = new AbortController()
  const own = new AbortController()
  const release = abortWith(own, [fleet.signal, stop.signal])
  const { signal } = own
  const waited = () => waitedOf(world, working)
  const renewing = renew(world, { ticket, most: mostOf(world), waited, stop, signal })
  const callbacks = {
    submitted: fleet.wake,
    opened: (seen: Seen) => {
      working.seen = seen
    },
    works: () => proved(world, working),
    limitWait: () => limitWait(world, fleet, working, signal),
  }
  const done = attempt(world, ticket, { signal, ...callbacks })
    .catch((error) => failed(world, fleet, `${agent} on #${ticket.id}`, error))
    .then(async () => {
      stop.abort()
      release()
      await renewing
      if (fleet.working.get(agent) === working) fleet.working.delete(agent)
      fleet.wake()
    })
  const probing = isProbe ? world.clock.monotonic() : null
  const begun = { since: world.clock.now(), seen: null, limitWait: null, waited: 0 }
  const working: Working = { ticket, stop, done, probing, ...begun }
  fleet.working.set(agent, working)
}

/** Logs an error that could not even be stored: the lease runs out, and the ticket goes back. */
export function failed(world: World, fleet: Fleet, what: string, error: unknown): void {
  if (error instanceof Trouble && error.code === 'disk') runShort(world, fleet, error.message)
  const told = error instanceof Trouble ? error.message : `bug: ${(error as Error)?.stack ?? error}`
  world.note(`${what}: ${told}`)
}

/** Ends the pauses that one attempt was to test: the model answers again. */
async function proved(world: World, working: Working): Promise<void> {
  if (working.probing === null) return
  working.probing = null
  const isTried = (pause: Parameters<Parameters<typeof lift>[1]>[0]) =>
    pause.until !== null && ours(world, [pause]).length > 0
  for (const { cause } of await lift(world, isTried, 'Agents can work again.'))
    world.note(`agents resume: ${cause} is over`)
}

/** Milliseconds far beyond what an attempt may take by itself, with the gate runs between its rounds. */
function mostOf({ settings }: World): number {
  const { attemptTimeout, verifyTimeout, verifyRetries } = settings()
  return (attemptTimeout + 2 * verifyTimeout * (verifyRetries + 1) + SLACK) * 1000
}
/** Slack in seconds. */
const SLACK = 900
