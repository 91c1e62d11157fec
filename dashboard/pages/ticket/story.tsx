/** Story of the ticket, sentence by sentence, with the comments of people and agents. */
import type { EventEntry, TicketDetail } from '../../../src/api/client.ts'
import { api } from '../../live/api.ts'
import { Ansi } from '../../parts/ansi.tsx'
import { Card } from '../../parts/card.tsx'
import { Clamp } from '../../parts/clamp.tsx'
import { toneOf } from '../../parts/event-tone.ts'
import { Markdown } from '../../parts/markdown.tsx'
import { Time } from '../../parts/time.tsx'
import { Link } from '../../shell/link.tsx'
import { Comment } from './comment.tsx'

/** Maximum events that the server gives of one ticket. */
const MOST = 1000

/** Shows the story. */
export function Story({ ticket: { id, events } }: { ticket: TicketDetail }) {
  return (
    <div className="story">
      <ol>
        {events.map((entry) => (
          <li key={entry.seq} data-tone={toneOf(entry.event)} data-quiet={entry.event.type === 'advanced'}>
            <p className="story-line">
              <span>{lineOf(entry)}</span>
              <span className="story-time">
                <Time at={entry.at} />
              </span>
            </p>
            <More entry={entry} />
          </li>
        ))}
      </ol>
      {events.length >= MOST && (
        <p className="quiet">
          For more, see <Link to={`/activity?ticket=${id}`}>the full log</Link>.
        </p>
      )}
      <Comment send={(body) => api.comment(id, { body })} />
    </div>
  )
}

/** Line of an event; a comment stands below in full. */
const lineOf = ({ event, by, sentence }: EventEntry): string =>
  event.type === 'commented' ? `${by} comments` : sentence

/** Shows the parts that the sentence leaves out. */
function More({ entry: { event } }: { entry: EventEntry }) {
  if (event.type === 'commented')
    return (
      <Card className="story-comment">
        <Clamp>
          <Markdown text={event.body} />
        </Clamp>
      </Card>
    )
  const evidence = evidenceOf(event)
  if (evidence === null || !evidence.includes('\n')) return null
  return (
    <details className="story-evidence">
      <summary>Show the evidence</summary>
      <Ansi text={evidence} />
    </details>
  )
}

function evidenceOf(event: EventEntry['event']): string | null {
  if (event.type === 'bounced' || event.type === 'lost') return event.detail.trim()
  if (event.type === 'escalated' || event.type === 'declared') return event.reason.trim()
  return event.type === 'advanced' ? (event.why?.trim() ?? null) : null
}
