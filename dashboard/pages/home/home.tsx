/** Home: everything that needs a person, and the state of the rest. */
import { useWaiting } from '../../live/inbox.ts'
import { PageHeader } from '../../parts/page-header.tsx'
import { Inbox } from './inbox.tsx'
import { Pulse } from './pulse.tsx'
import './home.css'

/** Page of the home. */
export function Home() {
  const waiting = useWaiting()
  return (
    <div className="home">
      <div className="home-inbox">
        <PageHeader title="Inbox" tab="Home">
          {waiting !== undefined && waiting > 0 && (
            <span className="quiet" aria-live="polite">
              {waiting === 1 ? '1 ticket waits for you' : `${waiting} tickets wait for you`}
            </span>
          )}
        </PageHeader>
        <Inbox />
      </div>
      <Pulse />
    </div>
  )
}
