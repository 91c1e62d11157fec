/** How many tickets are in which state, the derived ones included. */
import type { Reads } from '../ports/store.ts'
import { isClaimable } from '../ticket/order.ts'
import { needsPerson, type Ticket } from '../ticket/ticket.ts'

export interface Census {
  open: number
  inProgress: number
  ready: number
  done: number
  /** Open, and waiting for another ticket. */
  blocked: number
  needsPerson: number
  claimable: number
}

const PAGE = 500

/** One pass over everything that is not done. */
export async function census(store: Reads, now: number): Promise<Census> {
  const alive = await notDone(store)
  const ids = new Set(alive.map((ticket) => ticket.id))
  const openBlockers = (ticket: Ticket) => ticket.blockedBy.filter((id) => ids.has(id)).length
  const count = (matches: (ticket: Ticket) => boolean) => alive.filter(matches).length
  return {
    open: count((ticket) => ticket.stage.status === 'open'),
    inProgress: count((ticket) => ticket.stage.status === 'in_progress'),
    ready: count((ticket) => ticket.stage.status === 'ready'),
    done: await store.count({ status: ['done'] }),
    blocked: count((ticket) => ticket.stage.status === 'open' && openBlockers(ticket) > 0),
    needsPerson: count(needsPerson),
    claimable: count((ticket) => isClaimable(ticket, now, openBlockers(ticket))),
  }
}

async function notDone(store: Reads): Promise<Ticket[]> {
  const all: Ticket[] = []
  for (let after = 0; ; ) {
    const page = await store.tickets({ status: ['open', 'in_progress', 'ready'], after, limit: PAGE })
    all.push(...page)
    if (page.length < PAGE) return all
    after = page.at(-1)!.id
  }
}
