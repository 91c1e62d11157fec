/** Tickets that will need a person once something else is done. */
import type { WaitingEntry } from '../../../src/api/client.ts'
import { TicketLink } from '../../parts/ticket-link.tsx'

/** Shows these tickets, folded. */
export function Waiting({ tickets }: { tickets: WaitingEntry[] }) {
  return (
    <details className="inbox-later">
      <summary>
        {tickets.length === 1
          ? '1 ticket will need you later'
          : `${tickets.length} tickets will need you later`}
      </summary>
      <ul>
        {tickets.map(({ id, title, open_blockers }) => (
          <li key={id}>
            <TicketLink id={id} title={title} />
            <span className="quiet">
              waits for {open_blockers === 1 ? 'a ticket' : `${open_blockers} tickets`}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}
