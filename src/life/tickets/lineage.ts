/** Lineage of a ticket: agents file tickets, whose agents file tickets in turn. */
import type { Tx } from '../../ports/store.ts'
import type { TicketId } from '../../ticket/ticket.ts'

/** Finds the ticket of a person that this one comes from, and the number of agents in between. */
export async function lineage(tx: Tx, id: TicketId): Promise<{ root: TicketId; depth: number }> {
  let [root, depth] = [id, 0]
  for (let above = await filedFrom(tx, root); above !== null; above = await filedFrom(tx, root)) {
    root = above
    depth += 1
  }
  return { root, depth }
}

/** Ticket whose agent filed this one; null when a person did, or has approved it since. */
async function filedFrom(tx: Tx, ticket: TicketId): Promise<TicketId | null> {
  const [first] = await tx.events({ ticket, limit: 1 })
  if (first?.event.type !== 'created' || first.event.ticketType !== 'task') return null
  return first.event.from ?? null
}
