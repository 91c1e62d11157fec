/** A ticket after an event, by the server's own code. */
import type { EventEntry } from '../../src/api/client.ts'
import { evolve } from '../../src/ticket/evolve.ts'
import type { Ticket } from '../../src/ticket/ticket.ts'

/** Null where the event does not follow on what is known here. */
export function evolved(ticket: Ticket, event: EventEntry['event'], at: number): Ticket | null {
  try {
    return evolve(ticket, event, at)
  } catch {
    return null
  }
}
