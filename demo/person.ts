/** The demo's person: answers the question and guards the gate, as one would from the inbox. */
import type { Client } from '../src/api/client.ts'
import { ANSWER, NO_GATE_CHANGE } from './tickets.ts'

/** Decides whatever waits for a person; `say` is told what. */
export async function clearInbox(api: Client, say: (line: string) => void): Promise<void> {
  for (const ticket of (await api.inbox()).tickets) {
    if (ticket.type === 'question') {
      say(`you answer #${ticket.id} (${ticket.title}): ${ANSWER}`)
      await api.answer(ticket.id, { text: ANSWER })
    } else if (ticket.held.length > 0) {
      say(`you reject the change of #${ticket.id} to ${ticket.held.join(', ')}: ${NO_GATE_CHANGE}`)
      await api.reject(ticket.id, { reason: NO_GATE_CHANGE })
    }
  }
}
