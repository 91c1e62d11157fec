/** Claim of the ticket of proposing: with nothing ready, at most one agent may read the code and propose. */
import type { Attempt } from '../../ports/attempts.ts'
import type { Reads, Tx } from '../../ports/store.ts'
import type { World } from '../../ports/world.ts'
import type { Actor } from '../../ticket/commands.ts'
import { isRefusal } from '../../ticket/commands.ts'
import { PROPOSER, type ProposingNow, whyNotPropose } from '../../ticket/proposing.ts'
import type { Ticket, TicketId } from '../../ticket/ticket.ts'
import { applyIn, must, together } from '../apply.ts'
import { change } from '../follow.ts'
import { LEASE_MS } from '../lease.ts'
import { proposingSpent } from '../limits/budget.ts'
import { fileIn } from '../tickets/file.ts'

const SETTING = 'scouting.ticket'
const BY: Actor = { kind: 'swarm', name: PROPOSER }

/**
 * Claims the ticket of proposing for this agent; null when nobody is to propose now. Switched off, it reads nothing.
 */
export async function claimProposing(world: World, holder: string): Promise<Ticket | null> {
  const rules = world.settings()
  if (!rules.propose || whyNotPropose(rules, await proposed(world)) !== null) return null
  const claimed = await together(world, async (tx, now) => {
    // Something may have been filed since nothing was ready.
    if (await tx.firstReady(now)) return null
    const { id } = await standing(tx, now)
    const claim = { type: 'claim', holder, leased: true, now, openBlockers: 0 } as const
    const ticket = must(await applyIn(tx, now, id, claim, { kind: 'swarm', name: holder }))
    const facts = { leaseUntil: now + LEASE_MS, harness: world.harness.name }
    await change(tx, id, ticket.attempts, facts)
    return ticket
  })
  // Another host was quicker.
  return claimed === null || isRefusal(claimed) ? null : claimed
}

/** Finds the ticket that stands for all proposing; null until somebody has proposed. */
export async function proposingTicket(store: Reads): Promise<Ticket | null> {
  const id = await store.setting(SETTING)
  return id === null ? null : store.ticket(Number(id))
}

/** Number of attempts to search for failures in a row. */
const RECENT = 7

async function proposed(world: World): Promise<ProposingNow> {
  const { store, clock } = world
  const ticket = await proposingTicket(store)
  const waiting = (await store.inbox()).filter(({ type }) => type === 'proposal').length
  const fresh = { now: clock.now(), waiting, spent: 0, isAtWork: false, last: null, isWorthIt: true }
  if (ticket === null) return fresh
  const attempts = await store.attempts({ ticket: ticket.id, limit: RECENT })
  const [newest] = attempts
  if (!newest) return fresh
  const finished = attempts.findIndex(({ outcome }) => outcome === 'finished')
  return {
    ...fresh,
    spent: await proposingSpent(world, ticket.id),
    isAtWork: ticket.stage.status !== 'done',
    last: { began: newest.startedAt, failures: finished === -1 ? attempts.length : finished },
    isWorthIt: newest.outcome !== 'finished' || (await isWorthIt(store, ticket, newest)),
  }
}

/**
 * True when the last round found something, so there may be more; or when something has landed since, or a person has
 * changed the ticket.
 */
async function isWorthIt(store: Reads, ticket: Ticket, { startedAt, endedAt }: Attempt): Promise<boolean> {
  if (ticket.updatedAt > (endedAt ?? 0)) return true
  const [landed] = await store.landings({ status: 'landed', limit: 1 })
  if ((landed?.endedAt ?? 0) > startedAt) return true
  return (await store.tickets({ parent: ticket.id })).some(({ createdAt }) => createdAt >= startedAt)
}

async function standing(tx: Tx, now: number): Promise<{ id: TicketId }> {
  const there = await proposingTicket(tx)
  if (there) return there
  const ticket = await fileIn(tx, now, { title: 'Look for improvements', description: WHAT_FOR }, BY)
  await tx.putSetting(SETTING, String(ticket.id))
  return ticket
}

const WHAT_FOR =
  'Agents look for these while no ticket is ready: defects, missing tests, needless complexity, outdated documentation. Edit this text to change what they look for. Each attempt at this ticket shows what an agent read.'
