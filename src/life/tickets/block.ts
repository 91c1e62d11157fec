/** Blocking: one ticket waits for another. A claimed ticket is given back. */
import type { Tx } from '../../ports/store.ts'
import type { Records } from '../../ports/world.ts'
import type { Actor, Refusal } from '../../ticket/commands.ts'
import type { Ticket, TicketId } from '../../ticket/ticket.ts'
import { applyIn, notFound, together } from '../apply.ts'

/** Blocks `id` by another ticket; refuses a cycle and missing tickets. */
export const block = (
  records: Records,
  id: TicketId,
  by: TicketId,
  actor: Actor,
): Promise<Ticket | Refusal> => together(records, (tx, now) => blockIn(tx, now, id, by, actor))

/** Blocks a ticket, inside `together`. */
export async function blockIn(
  tx: Tx,
  now: number,
  id: TicketId,
  blocker: TicketId,
  by: Actor,
): Promise<Ticket | Refusal> {
  if (!(await tx.ticket(id))) return notFound(id)
  if (!(await tx.ticket(blocker))) return notFound(blocker)
  const cycle = await tx.waitsFor(blocker, id)
  return applyIn(tx, now, id, { type: 'block', by: blocker, cycle }, by)
}
