/** Card of a ticket that waits: its kind, the evidence, and the actions, without leaving the card. */
import { useEffect, useRef } from 'react'
import type { WaitingEntry } from '../../../src/api/client.ts'
import { useDecision } from '../../live/decide.ts'
import { type Action, actionsFor, type Written } from '../../parts/actions.ts'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { Notice } from '../../parts/notice.tsx'
import { TicketLink } from '../../parts/ticket-link.tsx'
import { Time } from '../../parts/time.tsx'
import { Write } from '../../parts/write.tsx'
import { Evidence } from './evidence.tsx'
import { KINDS } from './kinds.ts'

interface CardProps {
  ticket: WaitingEntry
  /** Name of the action that is open; '' or null for none. */
  open: string | null
  onOpen: (name: string | null) => void
  onDraft: (text: string) => void
  onDone: (after: string) => void
}

/** Shows the card. */
export function Card({ ticket, open, onOpen, onDraft, onDone }: CardProps) {
  const { isBusy, problem, ask } = useDecision()
  const card = useRef<HTMLElement>(null)
  const actions = actionsFor(ticket)
  const action = actions.find(({ name }) => name === open)
  const kind = KINDS[ticket.asks] ?? KINDS.assigned!

  const run = async (chosen: Action, written: Written) => {
    const isFocused = card.current?.contains(document.activeElement)
    if (!(await ask(() => chosen.run(ticket, written)))) return
    if (isFocused) focusNext(card.current)
    onDone(chosen.after)
  }
  const begin = (chosen: Action) =>
    chosen.needs === 'nothing' ? void run(chosen, NOTHING) : onOpen(chosen.name)
  useAtOnce(action, run, () => onOpen(null))

  return (
    <article
      className="card inbox-card"
      data-card={ticket.id}
      ref={card}
      tabIndex={-1}
      aria-labelledby={`card-${ticket.id}`}
    >
      <header className="inbox-card-head">
        <Badge tone={kind.tone}>
          <kind.icon aria-hidden /> {kind.name}
        </Badge>
        <span className="inbox-card-about">
          <TicketLink id={ticket.id} /> by {ticket.created_by} · <Time at={ticket.updated_at} />
        </span>
      </header>
      <h2 id={`card-${ticket.id}`}>{ticket.title}</h2>
      <Evidence ticket={ticket} />
      {problem && <Notice>{problem}</Notice>}
      {action && action.needs !== 'nothing' ? (
        <Write
          action={action}
          ticket={ticket}
          isBusy={isBusy}
          onDraft={onDraft}
          onCancel={() => {
            onOpen(null)
            card.current?.focus()
          }}
          onSend={(written) => void run(action, written)}
        />
      ) : (
        <div className="actions">
          {actions.map((each) => (
            <Button
              key={each.name}
              kind={each.kind}
              icon={each.icon}
              isBusy={isBusy}
              onClick={() => begin(each)}
            >
              {each.name}
            </Button>
          ))}
        </div>
      )}
    </article>
  )
}

const NOTHING: Written = { text: '', title: '', description: '' }

/** Runs an action at once that needs no text and was begun by its key. */
function useAtOnce(
  action: Action | undefined,
  run: (action: Action, written: Written) => Promise<void>,
  settle: () => void,
) {
  const isNow = action?.needs === 'nothing'
  const latest = useRef({ action, run, settle })
  latest.current = { action, run, settle }
  useEffect(() => {
    if (!isNow) return
    latest.current.settle()
    void latest.current.run(latest.current.action!, NOTHING)
  }, [isNow])
}

/** Moves the focus to the next card, or to the one before; it never leaves the page. */
function focusNext(card: HTMLElement | null): void {
  const all = [...document.querySelectorAll<HTMLElement>('[data-card]')]
  const at = card ? all.indexOf(card) : -1
  const next = all[at + 1] ?? all[at - 1] ?? document.getElementById('main')
  next?.focus()
}
