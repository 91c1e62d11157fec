/** Line in place of a decided card: what was decided, here or by somebody else. */
import type { WaitingEntry } from '../../../src/api/client.ts'
import { api } from '../../live/api.ts'
import { of, useAsk } from '../../live/queries.ts'
import { Button } from '../../parts/button.tsx'
import { TicketLink } from '../../parts/ticket-link.tsx'

interface DecidedCardProps {
  ticket: WaitingEntry
  after: string | null
  draft: string
  onDismiss: () => void
}

/** Shows the line. */
export function DecidedCard({ ticket, after, draft, onDismiss }: DecidedCardProps) {
  return (
    <div className="inbox-decided" role="status">
      <div className="inbox-decided-text">
        <TicketLink id={ticket.id} title={ticket.title} />
        <p>{after ?? <ByOthers id={ticket.id} />}</p>
        {after === null && draft.trim() !== '' && (
          <p className="inbox-draft">
            Your draft: <q>{draft}</q>
          </p>
        )}
      </div>
      <Button kind="quiet" onClick={onDismiss}>
        Dismiss
      </Button>
    </div>
  )
}

function ByOthers({ id }: { id: number }) {
  const { data } = useAsk({ key: ['ticket', id], ask: () => api.ticket(id), stale: of(id) })
  return <>Decided meanwhile: {data?.events.at(-1)?.sentence ?? 'it no longer waits for a person'}.</>
}
