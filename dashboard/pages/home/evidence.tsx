/** Evidence for a decision. */
import type { AttemptEntry, TicketDetail, WaitingEntry } from '../../../src/api/client.ts'
import { outcomeWords } from '../../../src/ticket/outcomes.ts'
import { protectedParts } from '../../../src/ticket/protected-parts.ts'
import { api } from '../../live/api.ts'
import { of, type Staleness, useAsk } from '../../live/queries.ts'
import { Ansi } from '../../parts/ansi.tsx'
import { Clamp } from '../../parts/clamp.tsx'
import { Diff } from '../../parts/diff.tsx'
import { Doubts } from '../../parts/doubts.tsx'
import { Markdown } from '../../parts/markdown.tsx'
import { TicketLink } from '../../parts/ticket-link.tsx'
import { duration } from '../../parts/time.tsx'
import { Verdict } from '../../parts/verdict.tsx'

/** Shows the evidence about a ticket. */
export function Evidence({ ticket }: { ticket: WaitingEntry }) {
  const { id, asks, type, held, attempts } = ticket
  const { data } = useAsk({ key: ['evidence', id], ask: () => api.ticket(id), stale: beside(id) })
  return (
    <div className="evidence">
      {ticket.description && (
        <Clamp>
          <Markdown text={ticket.description} />
        </Clamp>
      )}
      {ticket.parent_id !== null && (
        <p className="evidence-line">
          Part of <TicketLink id={ticket.parent_id} />
        </p>
      )}
      {data && <WaitsForIt detail={data} />}
      {data && <LastComment detail={data} />}
      {asks === 'approval' && (
        <WorkToApprove id={id} number={attempts} held={held} events={data?.events ?? []} />
      )}
      {data && type === 'task' && asks !== 'approval' && <Tried detail={data} />}
      {type === 'task' && attempts > 0 && <GateOutput id={id} isOpen={false} />}
    </div>
  )
}

/** Staleness of the surroundings and dependents; the ticket's own texts are folded with the inbox. */
const beside =
  (id: number): Staleness =>
  ({ ticket, event }) =>
    ticket === id ? event.type !== 'updated' : 'by' in event && event.by === id

function WaitsForIt({ detail: { blocks } }: { detail: TicketDetail }) {
  if (blocks.length === 0) return null
  return (
    <p className="evidence-line">
      {blocks.length === 1 ? 'Blocks ' : `Blocks ${blocks.length}: `}
      {blocks.slice(0, 8).map((id) => (
        <TicketLink key={id} id={id} />
      ))}
      {blocks.length > 8 && '…'}
    </p>
  )
}

function LastComment({ detail: { comments } }: { detail: TicketDetail }) {
  const last = comments.at(-1)
  if (!last) return null
  return (
    <figure className="evidence-comment">
      <figcaption>
        {last.author}
        {comments.length > 1 && <span className="quiet"> · newest of {comments.length} comments</span>}
      </figcaption>
      <Clamp>
        <Markdown text={last.body} />
      </Clamp>
    </figure>
  )
}

interface Held {
  id: number
  number: number
  held: readonly string[]
  events: TicketDetail['events']
}

/** Shows work that touches protected paths: which ones, which part of a file, and the diff. */
function WorkToApprove({ id, number, held, events }: Held) {
  const diff = useAsk({ key: ['diff', id, number], ask: () => api.diff(id, number) })
  return (
    <>
      <p className="evidence-line">
        Touches{' '}
        {held.map((path) => (
          <code key={path}>{path}</code>
        ))}
      </p>
      {protectedParts(events, held).map(({ path, part, before, after }) => (
        <figure key={`${path} ${part}`} className="held-part">
          <figcaption>
            {path}: {part}
          </figcaption>
          {before !== null && <pre data-sign="-">{before}</pre>}
          {after !== null && <pre data-sign="+">{after}</pre>}
        </figure>
      ))}
      {diff.error && <p className="quiet">{diff.error.message}</p>}
      {diff.data && (
        <Clamp>
          <Diff text={diff.data.text} />
        </Clamp>
      )}
    </>
  )
}

/** Shows why a ticket came to a person: the reason, and the end of each attempt. */
function Tried({ detail: { events, attempt_records } }: { detail: TicketDetail }) {
  const escalated = events.findLast(({ event }) => event.type === 'escalated')
  const reason = escalated?.event.type === 'escalated' ? escalated.event.reason : null
  return (
    <>
      {reason && <p className="evidence-reason">{reason}</p>}
      {attempt_records.length > 0 && (
        <ol className="evidence-attempts">
          {attempt_records.slice(0, 5).map((attempt) => (
            <li key={attempt.number}>
              <span className="number">Attempt {attempt.number}</span> {endOf(attempt, reason ?? '')}
            </li>
          ))}
        </ol>
      )}
    </>
  )
}

/** Formats the end of an attempt, without what was said already. */
function endOf({ holder, outcome, reason, started_at, ended_at }: AttemptEntry, said: string): string {
  const why = reason?.split('\n')[0]
  return [
    `${outcomeWords(outcome)} · ${holder}`,
    ended_at === null ? null : duration(ended_at - started_at),
    why && !said.includes(why) ? why : null,
  ]
    .filter(Boolean)
    .join(' · ')
}

function GateOutput({ id, isOpen }: { id: number; isOpen: boolean }) {
  const { data } = useAsk({
    key: ['receipts', id, 1],
    ask: () => api.receipts({ ticket: id, limit: 1 }),
    stale: of(id),
  })
  const receipt = data?.receipts[0]
  if (!receipt) return null
  return (
    <>
      <Doubts doubts={receipt.doubts} />
      <details className="evidence-gate" open={isOpen}>
        <summary>
          Gate <Verdict verdict={receipt.verdict} /> <code>{receipt.command}</code>{' '}
          <span className="quiet number">{duration(receipt.duration_ms)}</span>
        </summary>
        <Ansi text={receipt.output || 'No output.'} />
      </details>
    </>
  )
}
