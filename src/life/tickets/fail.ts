/** Failure of a verify ticket: a fix is filed, and a new verify ticket, blocked by the fix, replaces the old one. */
import type { Tx } from '../../ports/store.ts'
import type { Records } from '../../ports/world.ts'
import type { Actor, Refusal } from '../../ticket/commands.ts'
import { fitting } from '../../ticket/size.ts'
import { HUMAN, type Ticket, type TicketId } from '../../ticket/ticket.ts'
import { applyIn, must, together } from '../apply.ts'
import { fileIn } from './file.ts'

/** Tickets after a failure. */
export interface Failed {
  failed: Ticket
  fix: Ticket
  reverify: Ticket
}

const AGAIN = 'Re-verify: '

/** Fails a verify ticket for a person; refuses other tickets. */
export const fail = (records: Records, id: TicketId, reason: string, by: Actor): Promise<Failed | Refusal> =>
  together(records, (tx, now) => failIn(tx, now, { id, reason }, by))

/** Fails a verify ticket, inside `together`. */
export async function failIn(
  tx: Tx,
  now: number,
  { id, reason }: { id: TicketId; reason: string },
  by: Actor,
): Promise<Failed> {
  const failed = must(await applyIn(tx, now, id, { type: 'fail', reason }, by))
  const fix = await fileIn(
    tx,
    now,
    fitting({
      title: `Fix: ${failed.title}`,
      description: reason,
      parent: failed.parent,
      createdBy: by.name,
    }),
    by,
  )
  const title = failed.title.startsWith(AGAIN) ? failed.title : AGAIN + failed.title
  const reverify = await fileIn(
    tx,
    now,
    fitting({
      title,
      description: `Verify again what failed in #${id}, after #${fix.id} is done.`,
      type: 'verify',
      assignedTo: HUMAN,
      parent: failed.parent,
      createdBy: by.name,
      blockedBy: [fix.id],
      blockDependentsOf: id,
    }),
    by,
  )
  const body = `Verification failed: ${reason}\nFiled #${fix.id} to fix it and #${reverify.id} to verify it again.`
  must(await applyIn(tx, now, id, { type: 'comment', author: by.name, body }, by))
  return { failed, fix, reverify }
}
