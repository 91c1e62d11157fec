/** Facts beside the story: assignee, parent, blockers, and costs. */
import { X } from 'lucide-react'
import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import type { AttemptEntry, TicketDetail } from '../../../src/api/client.ts'
import { api } from '../../live/api.ts'
import { useDecision } from '../../live/decide.ts'
import { useTickets } from '../../live/tickets.ts'
import { BackOff } from '../../parts/back-off.tsx'
import { Button } from '../../parts/button.tsx'
import { Notice } from '../../parts/notice.tsx'
import { StatusBadge } from '../../parts/status-badge.tsx'
import { TicketLink } from '../../parts/ticket-link.tsx'
import { Time } from '../../parts/time.tsx'
import { useShortcuts } from '../../shell/shortcuts.ts'
import { spending } from './spending.ts'

/** Shows the facts. */
export function Facts({ ticket }: { ticket: TicketDetail }) {
  const { parent_id, children, blocks, commit, held } = ticket
  return (
    <aside className="ticket-facts" aria-label="About this ticket">
      <About ticket={ticket} />
      {held.length > 0 && (
        <Section name="Waits for approval of">
          <ul>
            {held.map((path) => (
              <li key={path}>
                <code>{path}</code>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {commit && (
        <Section name="Commit on main">
          <code>{commit.slice(0, 10)}</code>
        </Section>
      )}
      <Blockers ticket={ticket} />
      {blocks.length > 0 && (
        <Section name="Blocks">
          <Related ids={blocks} />
        </Section>
      )}
      {parent_id !== null && (
        <Section name="Part of">
          <Related ids={[parent_id]} />
        </Section>
      )}
      {children.length > 0 && (
        <Section name="Split into">
          <ul>
            {children.map(({ id, title, status }) => (
              <li key={id} className="related">
                <TicketLink id={id} title={title} />
                <StatusBadge status={status} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </aside>
  )
}

function About({ ticket }: { ticket: TicketDetail }) {
  const { assigned_to, priority, created_by, created_at, updated_at, attempt_records } = ticket
  const { not_before, delay } = ticket
  const spent = spending(attempt_records.map(({ usage }: AttemptEntry) => usage))
  return (
    <dl className="facts">
      <dt>With</dt>
      <dd>{assigned_to ?? 'nobody'}</dd>
      {not_before !== null && (
        <BackOff until={not_before} delay={delay}>
          {(words) => (
            <>
              <dt>Backs off</dt>
              <dd>{words}</dd>
            </>
          )}
        </BackOff>
      )}
      <dt>Priority</dt>
      <dd className="number">{priority}</dd>
      <dt>Filed by</dt>
      <dd>
        {created_by}, <Time at={created_at} />
      </dd>
      <dt>Changed</dt>
      <dd>
        <Time at={updated_at} />
      </dd>
      {attempt_records.length > 0 && (
        <>
          <dt>Cost</dt>
          <dd className="number">{spent.cost}</dd>
          <dt>Tokens</dt>
          <dd className="number">{spent.tokens}</dd>
        </>
      )}
    </dl>
  )
}

function Section({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section>
      <h2>{name}</h2>
      {children}
    </section>
  )
}

/** Shows related tickets. Title and state are known for open and recently done ones. */
function Related({ ids, onRemove }: { ids: readonly number[]; onRemove?: (id: number) => void }) {
  const byId = useTickets().value?.byId
  return (
    <ul>
      {ids.map((id) => {
        const found = byId?.get(id)
        return (
          <li key={id} className="related">
            <TicketLink id={id} {...(found && { title: found.title })} />
            {found && <StatusBadge status={found.stage.status} />}
            {onRemove && (
              <button type="button" className="icon-button" onClick={() => onRemove(id)}>
                <X aria-hidden />
                <span className="sr-only">Remove blocker #{id}</span>
              </button>
            )}
          </li>
        )
      })}
    </ul>
  )
}

function Blockers({ ticket: { id, blocked_by, status } }: { ticket: TicketDetail }) {
  const [text, setText] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const { isBusy, problem, ask } = useDecision()
  useShortcuts(
    status === 'done'
      ? []
      : [
          {
            keys: 'l',
            does: 'Add a blocker',
            group: 'Ticket',
            run: () => field.current?.focus(),
          },
        ],
  )
  const by = Number(text.match(/\d+/)?.[0] ?? 0)
  const add = async (event: FormEvent) => {
    event.preventDefault()
    if (by > 0 && !isBusy && (await ask(() => api.block(id, { by })))) setText('')
  }
  if (status === 'done' && blocked_by.length === 0) return null
  return (
    <Section name="Waits for">
      <Related ids={blocked_by} onRemove={(each) => void ask(() => api.unblock(id, each))} />
      {problem && <Notice>{problem}</Notice>}
      {status !== 'done' && (
        <form className="blocker-form" onSubmit={(event) => void add(event)}>
          <input
            ref={field}
            aria-label="Number of the blocker"
            placeholder="#12"
            inputMode="numeric"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Button type="submit" isBusy={isBusy} disabled={by === 0}>
            Wait for it
          </Button>
        </form>
      )}
    </Section>
  )
}
