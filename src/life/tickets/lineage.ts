/** Which ticket a ticket comes from: agents file tickets, whose agents file tickets in turn. */
import type { Tx } from '../../ports/store.ts'
import type { TicketId } from '../../ticket/ticket.ts'

/** The ticket that a person filed or approved and that this one comes from, and how many agents lie in between. */
export async function lineage(tx: Tx, id: TicketId): Promise<{ root: TicketId; depth: number }> {
  let [root, depth] = [id, 0]
  for (let above = await filedFrom(tx, root); above !== null; above = await filedFrom(tx, root)) {
    root = above
    depth += 1
  }
  return { root, depth }
}

/** The ticket whose agent filed this one by itself; null when a person did, or has approved it since. */
async function filedFrom(tx: Tx, ticket: TicketId): Promise<TicketId | null> {
  const [first] = await tx.events({ ticket, limit: 1 })
  if (first?.event.type !== 'created' || first.event.ticketType !== 'task') return null
  return first.event.from ?? null
}
