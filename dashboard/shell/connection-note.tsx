/** State of the connection: a dot when all is well, a line when it is not. */
import { useCell } from '../live/cell.ts'
import { type Connection, connection } from '../live/stream.ts'

const WORDS: Record<Connection, string> = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  restarted: 'Server restarted',
  'signed out': 'Signed out',
}

/** Shows the state as a dot with a word. */
export function ConnectionDot() {
  const state = useCell(connection)
  return (
    <span className="connection" data-state={state}>
      <span className="connection-dot" aria-hidden />
      {WORDS[state]}
    </span>
  )
}

/** Announces a lost connection, for screen readers, too. The content stays, and nothing is lost meanwhile. */
export function ConnectionNote() {
  const state = useCell(connection)
  const isShown = state === 'reconnecting' || state === 'restarted'
  return (
    <div role="status" className="connection-note" data-state={state}>
      {isShown && (
        <p>
          {state === 'reconnecting'
            ? 'Reconnecting. This page shows the state before the connection was lost. It will catch up with all events.'
            : 'The server was restarted. This page is up to date again.'}
        </p>
      )}
    </div>
  )
}
