/** One ticket: its facts, its story, its attempts, and a person's actions. */
import { useEffect } from 'react'
import type { TicketDetail } from '../../../src/api/client.ts'
import { inParts } from '../../../src/ticket/size.ts'
import { api } from '../../live/api.ts'
import { of, useAsk } from '../../live/queries.ts'
import { Badge } from '../../parts/badge.tsx'
import { Clamp } from '../../parts/clamp.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorState } from '../../parts/error-state.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Markdown } from '../../parts/markdown.tsx'
import { Notice } from '../../parts/notice.tsx'
import { PageHeader } from '../../parts/page-header.tsx'
import { StatusBadge } from '../../parts/status-badge.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { useAgentAt, waitWords } from '../../parts/waits.ts'
import type { PageProps } from '../../shell/page.ts'
import { useParameter } from '../../shell/router.ts'
import { useShortcuts } from '../../shell/shortcuts.ts'
import { Attempts, Transcript } from './attempts.tsx'
import { Deciding } from './deciding.tsx'
import { Facts } from './facts.tsx'
import { Story } from './story.tsx'
import './ticket.css'

/** Page of a ticket. */
export function TicketPage({ parameters }: PageProps) {
  const id = Number(parameters.id)
  if (!Number.isSafeInteger(id) || id < 1)
    return <EmptyState title="Invalid ticket number">Use an address such as /tickets/12.</EmptyState>
  return <Known key={id} id={id} />
}

function Known({ id }: { id: number }) {
  const { data, error, refetch } = useAsk({ key: ['ticket', id], ask: () => api.ticket(id), stale: of(id) })
  const { isAttempts } = useView()
  // It can come together with the ticket.
  useEffect(() => void (isAttempts && Transcript.preload().catch(() => undefined)), [isAttempts])
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  return data ? <Shown ticket={data} /> : <Loading what="the ticket" />
}

function Shown({ ticket }: { ticket: TicketDetail }) {
  const { id, title, description, status, phase, resolution } = ticket
  const agent = useAgentAt(id)
  const wait = agent && waitWords(agent)
  return (
    <div className="ticket">
      <div className="ticket-main">
        <PageHeader title={title} tab={`#${id} ${title}`}>
          {wait ? (
            <Badge tone="warn">{wait}</Badge>
          ) : (
            <StatusBadge status={status} phase={phase} resolution={resolution} />
          )}
          <span className="quiet number">
            #{id} · {ticket.type}
          </span>
        </PageHeader>
        {agent?.unanswered && <p className="quiet">{agent.unanswered.sentence}</p>}
        <Deciding ticket={ticket} />
        {description ? (
          <Clamp>
            <Markdown text={description} />
          </Clamp>
        ) : (
          <p className="quiet">No description.</p>
        )}
        {inParts(description, ticket.comments).map((long) => (
          <Notice key={long} tone="warn">
            {long}
          </Notice>
        ))}
        <Views ticket={ticket} />
      </div>
      <Facts ticket={ticket} />
    </div>
  )
}

function useView() {
  const [view, setView] = useParameter('view')
  const [number, setNumber] = useParameter('attempt')
  const show = (name: string) => {
    setView(name === 'story' ? '' : name)
    if (name === 'story') setNumber('')
  }
  return { isAttempts: view === 'attempts' || number !== '', show }
}

function Views({ ticket }: { ticket: TicketDetail }) {
  const { isAttempts, show } = useView()
  useShortcuts([
    {
      keys: 'v',
      does: 'Story or attempts',
      group: 'Ticket',
      run: () => show(isAttempts ? 'story' : 'attempts'),
    },
  ])
  const count = ticket.attempt_records.length
  const tabs = [
    { id: 'story', name: 'Story' },
    { id: 'attempts', name: count === 0 ? 'Attempts' : `Attempts (${count})` },
  ]
  return (
    <Tabs label="Views" tabs={tabs} current={isAttempts ? 'attempts' : 'story'} onChange={show}>
      {isAttempts ? <Attempts ticket={ticket} /> : <Story ticket={ticket} />}
    </Tabs>
  )
}
