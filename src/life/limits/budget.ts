/** Budgets of agents: for a ticket, for a day, in all. When one is used up, a person is asked. */
import type { World } from '../../ports/world.ts'
import { costOfAll, dollars, spentOf } from '../../ticket/costs.ts'
import { startOfDay } from '../../ticket/due.ts'
import { BUDGET } from '../../ticket/notice.ts'
import { priceList } from '../../ticket/prices.ts'
import { isProposing } from '../../ticket/proposing.ts'
import type { Ticket, TicketId } from '../../ticket/ticket.ts'
import { zoneOf } from './costs.ts'
import { askIn, grantedAt, type Span } from './grants.ts'
import { isOpen, lift, pauseIn, pausesOf } from './pauses.ts'

type Purse = Pick<World, 'store' | 'clock' | 'settings'>

/** Budget that is used up. */
export interface Overdrawn {
  reason: 'budget' | 'swarm budget'
  /** Explanation in one sentence. */
  detail: string
}

/**
 * Checks the budgets of an attempt at this ticket; null while there is money. Everybody waits when a common budget is
 * used up.
 */
export async function overdrawn(
  world: Purse,
  ticket: Pick<Ticket, 'id' | 'createdBy'>,
): Promise<Overdrawn | null> {
  const own = await (isProposing(ticket) ? proposingOverdrawn : ticketOverdrawn)(world, ticket.id)
  if (own !== null) return { reason: 'budget', detail: own }
  const all = await keepBudget(world)
  return all === null ? null : { reason: 'swarm budget', detail: all }
}

/**
 * Checks the budget of a ticket. A person who gives the ticket back grants the same amount again: only attempts after
 * the last one that ended by the budget count.
 */
async function ticketOverdrawn({ store, settings }: Purse, ticket: TicketId): Promise<string | null> {
  const limit = settings().ticketBudget
  if (limit === 0) return null
  const attempts = await store.attempts({ ticket })
  const last = attempts.find(({ failure }) => failure === 'budget')?.number ?? 0
  // By number, as a clock that was wrong may have stored any time.
  const later = (await store.spending({ since: 0, ticket, by: 'attempt' })).filter(
    ({ key }) => Number(key.split('/')[1]) > last,
  )
  const spent = spentOf(costOfAll(later, priceList(settings().modelPrices)))
  return spent < limit
    ? null
    : `Ticket ${ticket} has used ${dollars(spent)} of its ticket_budget of ${dollars(limit)}.`
}

/** Checks the budget of proposing, which is for one day. */
async function proposingOverdrawn(world: Purse, ticket: TicketId): Promise<string | null> {
  const limit = world.settings().proposeBudget
  const spent = await proposingSpent(world, ticket)
  if (limit === 0 || spent < limit) return null
  return `Proposing has used ${dollars(spent)} today of the propose_budget of ${dollars(limit)}.`
}

/** US dollars that proposing has cost today. */
export async function proposingSpent({ store, clock, settings }: Purse, ticket: TicketId): Promise<number> {
  const { timeZone, modelPrices } = settings()
  const since = startOfDay(clock.now(), zoneOf(timeZone))
  return spentOf(costOfAll(await store.spending({ since, ticket, live: true }), priceList(modelPrices)))
}

/**
 * Pauses everybody and asks, once, when a budget of the swarm is used up; ends that on a new day, or when the budget
 * was raised. Gives the reason of the pause; null while there is none.
 */
export async function keepBudget(world: Purse): Promise<string | null> {
  const { store, clock } = world
  const pause = (await pausesOf(store, clock.now())).find(({ cause }) => cause === 'budget')
  // Somebody has answered: the next tick ends it, and from then on there is as much again.
  if (pause && !(await isOpen(store, pause.ticket))) return null
  const used = (await usedUp(world, 'total')) ?? (await usedUp(world, 'day'))
  if (!used && pause)
    await lift(world, ({ cause }) => cause === 'budget', 'The cost is within the budget again.')
  if (used && !pause) await ask(world, used)
  return used?.sentence ?? null
}

interface Used {
  span: Span
  sentence: string
  /** Number of attempts with unknown cost, which no sum contains. */
  unknown: number
}

async function usedUp({ store, clock, settings }: Purse, span: Span): Promise<Used | null> {
  const { dayBudget, totalBudget, timeZone } = settings()
  const limit = span === 'day' ? dayBudget : totalBudget
  if (limit === 0) return null
  const began = span === 'day' ? startOfDay(clock.now(), zoneOf(timeZone)) : 0
  const granted = await grantedAt(store, span, clock.now())
  const since = Math.max(began, granted)
  // One that runs still may have spent all of it since then.
  const cost = costOfAll(await store.spending({ since, live: true }), priceList(settings().modelPrices))
  const spent = spentOf(cost)
  if (spent < limit) return null
  const budget = `the ${span}_budget of ${dollars(limit)}`
  const sentence =
    granted > began
      ? `Since a person extended ${budget} by the same amount, agents have spent ${dollars(spent)}.`
      : `Agents have spent ${dollars(spent)} of ${budget}.`
  return { span, sentence, unknown: cost.unpriced }
}

const ask = ({ store, clock }: Purse, { span, sentence, unknown }: Used): Promise<void> =>
  store.transact(async (tx) => {
    await askIn(tx, span)
    const more = unknown > 0 ? `\nThe cost of ${unknown} attempts is unknown and not included.` : ''
    await pauseIn(
      tx,
      clock.now(),
      { cause: 'budget', harness: null, reason: sentence, until: null },
      {
        title: `The ${span === 'day' ? 'daily' : 'total'} budget is used up. Resume?`,
        description: `${sentence}${more}\n\nAll agents are paused. Answer this question to let them spend the same amount again. ${other(span)}`,
        createdBy: BUDGET,
      },
    )
  })

const other = (span: Span) =>
  span === 'day'
    ? "Or set another limit ('swarm config set day_budget 20'), or wait until tomorrow."
    : "Or set another limit: 'swarm config set total_budget 200'."
