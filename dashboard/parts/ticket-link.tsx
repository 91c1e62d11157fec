/** Link to a ticket: its number, and its title where that is known. */
import { Link } from '../shell/link.tsx'

/** Shows a link to a ticket. */
export function TicketLink({ id, title }: { id: number; title?: string }) {
  return (
    <Link to={`/tickets/${id}`} className="ticket-link">
      <span className="ticket-number">#{id}</span>
      {title !== undefined && <span className="ticket-title">{title}</span>}
    </Link>
  )
}
