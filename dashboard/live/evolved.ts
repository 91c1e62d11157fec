/** Ticket after an event, by the server's own code. */
import type { EventEntry } from '../../src/api/client.ts'
import { evolve } from '../../src/ticket/evolve.ts'
import type { Ticket } from '../../src/ticket/ticket.ts'

/** Applies an event; null where it does not follow from what is known here. */
export function evolved(ticket: Ticket, event: EventEntry['event'], at: number): Ticket | null {
  try {
    return evolve(ticket, event, at)
  } catch {
    return null
  }
}
