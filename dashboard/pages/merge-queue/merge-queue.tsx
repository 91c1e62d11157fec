/** Merge queue: the landing under way, the waiting ones, the returned ones, and the history of main. */
import { GitMerge } from 'lucide-react'
import type { LandingEntry, Status } from '../../../src/api/client.ts'
import type { Ticket } from '../../../src/ticket/ticket.ts'
import { api } from '../../live/api.ts'
import { type Staleness, useAsk } from '../../live/queries.ts'
import { useStatus } from '../../live/shared.ts'
import { useTickets } from '../../live/tickets.ts'
import { Ansi } from '../../parts/ansi.tsx'
import { Badge } from '../../parts/badge.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorState } from '../../parts/error-state.tsx'
import { Loading } from '../../parts/loading.tsx'
import { PageHeader } from '../../parts/page-header.tsx'
import { useSteps } from '../../parts/steps.ts'
import { TicketLink } from '../../parts/ticket-link.tsx'
import { Since, Time } from '../../parts/time.tsx'
import { Verdict } from '../../parts/verdict.tsx'
import { History } from './history.tsx'
import './merge-queue.css'

/** Events that may change the members of the merge queue. */
const MOVES = ['completed', 'held', 'approved', 'done', 'bounced', 'unclaimed', 'lost', 'updated']
const moves: Staleness = ({ event }) => MOVES.includes(event.type)
const LATELY = 20

/** Page of the merge queue. */
export function MergeQueue() {
  const status = useStatus()
  const queued = useAsk({
    key: ['landings', 'queued'],
    ask: () => api.landings({ status: 'queued', limit: 200 }),
    stale: moves,
  })
  const around = useSteps<HTMLDivElement>('commit', 'Merge queue')
  if (queued.error && !queued.data)
    return <ErrorState error={queued.error} onRetry={() => void queued.refetch()} />
  if (!queued.data || !status.data) return <Loading what="the merge queue" />
  const { branch, tip } = status.data
  return (
    <div className="merge-queue" ref={around}>
      <PageHeader title="Merge queue">
        {tip && (
          <span className="merge-queue-tip">
            <code>{branch ?? 'main'}</code> <Verdict verdict={tip.verdict} />
          </span>
        )}
      </PageHeader>
      <Waiting landings={queued.data.landings} now={status.data.merge_queue.now} />
      <SentBack />
      <History />
    </div>
  )
}

type Now = Status['merge_queue']['now']

function Waiting({ landings, now }: { landings: readonly LandingEntry[]; now: Now }) {
  const byId = useTickets().value?.byId
  if (landings.length === 0)
    return (
      <section aria-label="Waiting">
        <EmptyState title="The merge queue is empty" icon={GitMerge}>
          Submitted work appears here. It lands when its exact tree is green.
        </EmptyState>
      </section>
    )
  const rows = landings.map((landing, place) => ({
    landing,
    ticket: byId?.get(landing.ticket_id),
    before: landings.slice(0, place).findLast((each) => !needsApproval(byId?.get(each.ticket_id))),
  }))
  return (
    <section aria-labelledby="merge-queue-waiting">
      <h2 id="merge-queue-waiting">
        Landing and waiting <span className="quiet number">{landings.length}</span>
      </h2>
      <ol className="card merge-queue-list">
        {rows.map(({ landing, ticket, before }) => (
          <li key={landing.id} data-now={landing.ticket_id === now?.ticket_id}>
            <TicketLink id={landing.ticket_id} {...(ticket && { title: ticket.title })} />
            <span className="merge-queue-about">
              <Place landing={landing} now={now} ticket={ticket} before={before} />
              <span className="quiet">
                attempt {landing.attempt} · <code>{landing.work.slice(0, 8)}</code> · submitted{' '}
                <Time at={landing.queued_at} />
              </span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

const protectedIn = (ticket: Ticket | undefined): readonly string[] =>
  ticket?.stage.status === 'ready' ? ticket.stage.held : []
const needsApproval = (ticket: Ticket | undefined): boolean => protectedIn(ticket).length > 0

interface PlaceProps {
  landing: LandingEntry
  now: Now
  ticket: Ticket | undefined
  before: LandingEntry | undefined
}

function Place({ landing, now, ticket, before }: PlaceProps) {
  if (landing.ticket_id === now?.ticket_id)
    return (
      <Badge tone="busy">
        {now.doing} on main · <Since at={now.since} />
      </Badge>
    )
  const held = protectedIn(ticket)
  if (held.length > 0)
    return (
      <Badge tone="warn">
        waits for approval: {held.slice(0, 2).join(', ')}
        {held.length > 2 && ` and ${held.length - 2} more`}
      </Badge>
    )
  return <Badge>{before ? `on top of #${before.ticket_id}` : 'next, on top of main'}</Badge>
}

function SentBack() {
  const { data } = useAsk({
    key: ['landings', 'bounced'],
    ask: () => api.landings({ status: 'bounced', limit: LATELY }),
    stale: moves,
  })
  const byId = useTickets().value?.byId
  if (!data || data.landings.length === 0) return null
  return (
    <section aria-labelledby="merge-queue-sent-back">
      <h2 id="merge-queue-sent-back">Recently sent back</h2>
      <ol className="card merge-queue-list">
        {data.landings.map(({ id, ticket_id, attempt, detail, ended_at }) => {
          const ticket = byId?.get(ticket_id)
          return (
            <li key={id}>
              <TicketLink id={ticket_id} {...(ticket && { title: ticket.title })} />
              <span className="merge-queue-about quiet">
                attempt {attempt} {ended_at !== null && <Time at={ended_at} />}
              </span>
              {detail && <Why detail={detail} />}
            </li>
          )
        })}
      </ol>
    </section>
  )
}

function Why({ detail }: { detail: string }) {
  const [first = '', ...rest] = detail.trim().split('\n')
  if (rest.length === 0) return <p className="merge-queue-why">{first}</p>
  return (
    <details className="merge-queue-why">
      <summary>{first}</summary>
      <Ansi text={rest.join('\n').trim()} />
    </details>
  )
}
