/** One ticket, with what is said about it and what the gate said of its work. */
import { api } from '../../live/api.ts'
import { of, useAsk } from '../../live/queries.ts'
import { Ansi } from '../../parts/ansi.tsx'
import { Badge } from '../../parts/badge.tsx'
import { Card } from '../../parts/card.tsx'
import { ErrorState } from '../../parts/error-state.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Markdown } from '../../parts/markdown.tsx'
import { PageHeader } from '../../parts/page-header.tsx'
import { TicketLink } from '../../parts/ticket-link.tsx'
import { Time } from '../../parts/time.tsx'
import type { PageProps } from '../../shell/page.ts'

export function TicketPage({ parameters }: PageProps) {
  const id = Number(parameters.id)
  const ticket = useAsk({ key: ['ticket', id], ask: () => api.ticket(id), stale: of(id) })
  const receipts = useAsk({
    key: ['receipts', id],
    ask: () => api.receipts({ ticket: id, limit: 5 }),
    stale: of(id),
  })
  if (ticket.error) return <ErrorState error={ticket.error} onRetry={() => void ticket.refetch()} />
  if (!ticket.data) return <Loading what="the ticket" />
  const { title, description, status, comments, children, created_at } = ticket.data
  return (
    <>
      <PageHeader title={title} tab={`#${id} ${title}`}>
        <Badge>{status.replace('_', ' ')}</Badge>
        <Time at={created_at} />
      </PageHeader>
      {description && <Markdown text={description} />}
      {children.map((child) => (
        <TicketLink key={child.id} {...child} />
      ))}
      {comments.map(({ id: comment, author, body }) => (
        <Card key={comment}>
          <p>{author}</p>
          <Markdown text={body} />
        </Card>
      ))}
      {receipts.data?.receipts.map((receipt) => (
        <Ansi key={receipt.id} text={receipt.output} />
      ))}
    </>
  )
}
