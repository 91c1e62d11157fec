/** Inbox: everything that waits for a person, as cards that are decided in place. */
import { Inbox as InboxIcon } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { WaitingEntry } from '../../../src/api/client.ts'
import { useInbox } from '../../live/inbox.ts'
import { type Action, actionsFor } from '../../parts/actions.ts'
import { Button } from '../../parts/button.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorState } from '../../parts/error-state.tsx'
import { Loading } from '../../parts/loading.tsx'
import { go } from '../../shell/router.ts'
import { useShortcuts } from '../../shell/shortcuts.ts'
import { Card } from './card.tsx'
import { DecidedCard } from './decided-card.tsx'
import { Waiting } from './waiting.tsx'

/** Card on the screen. A decided one stays as a line, so that nothing vanishes under somebody's hand. */
interface Shown {
  ticket: WaitingEntry
  isGone: boolean
  /** Sentence about the decision, when it was made here. */
  after: string | null
  /** Text that was written when somebody else decided. */
  draft: string
}

/** Maximum cards at once, as each fetches its evidence; more are drawn on request. */
const AT_ONCE = 50

/** Shows the inbox. */
export function Inbox() {
  const { value, error, retry } = useInbox()
  const entries = value?.entries
  const [shown, setShown] = useState<readonly Shown[]>([])
  const [open, setOpen] = useState<Record<number, string>>({})
  const [room, setRoom] = useState(AT_ONCE)
  const change = (id: number, part: Partial<Shown>) =>
    setShown((all) => all.map((each) => (each.ticket.id === id ? { ...each, ...part } : each)))

  useEffect(() => {
    if (entries) setShown((all) => merged(all, entries))
  }, [entries])

  const now = shown.filter(({ ticket, isGone }) => isGone || ticket.open_blockers === 0)
  const later = shown.filter(({ ticket, isGone }) => !isGone && ticket.open_blockers > 0)
  const list = useCards(
    now.filter(({ isGone }) => !isGone).map(({ ticket }) => ticket),
    (ticket, action) => setOpen({ ...open, [ticket.id]: action.name }),
  )

  if (error && !entries) return <ErrorState error={error} onRetry={retry} />
  if (!entries) return <Loading what="the inbox" />
  return (
    <div className="inbox" ref={list}>
      {now.length === 0 && (
        <EmptyState icon={InboxIcon} title="Nothing waits for you">
          Proposals, questions and changes that need a person come up here.
        </EmptyState>
      )}
      {now
        .slice(0, room)
        .map(({ ticket, isGone, after, draft }) =>
          isGone ? (
            <DecidedCard
              key={ticket.id}
              ticket={ticket}
              after={after}
              draft={draft}
              onDismiss={() => setShown((all) => all.filter((each) => each.ticket.id !== ticket.id))}
            />
          ) : (
            <Card
              key={ticket.id}
              ticket={ticket}
              open={open[ticket.id] ?? null}
              onOpen={(name) => setOpen({ ...open, [ticket.id]: name ?? '' })}
              onDraft={(draft) => change(ticket.id, { draft })}
              onDone={(words) => change(ticket.id, { isGone: true, after: words })}
            />
          ),
        )}
      {now.length > room && (
        <Button onClick={() => setRoom(room + AT_ONCE)}>Show more: {now.length - room} wait</Button>
      )}
      {later.length > 0 && <Waiting tickets={later.map(({ ticket }) => ticket)} />}
    </div>
  )
}

function merged(shown: readonly Shown[], tickets: readonly WaitingEntry[]): Shown[] {
  const waiting = new Map(tickets.map((ticket) => [ticket.id, ticket]))
  const kept = shown.map((each) => {
    const ticket = waiting.get(each.ticket.id)
    waiting.delete(each.ticket.id)
    // Decided here a moment ago: the list may be older than that.
    if (ticket && each.after !== null && ticket.updated_at === each.ticket.updated_at) return each
    return ticket ? { ...each, ticket, isGone: false, after: null } : { ...each, isGone: true }
  })
  const added = [...waiting.values()].map((ticket) => ({ ticket, isGone: false, after: null, draft: '' }))
  return [...kept, ...added]
}

/** Offers keys on the cards: j and k move between them, and each action has its own. */
function useCards(cards: readonly WaitingEntry[], begin: (ticket: WaitingEntry, action: Action) => void) {
  const list = useRef<HTMLDivElement>(null)
  const elements = () => [...(list.current?.querySelectorAll<HTMLElement>('[data-card]') ?? [])]
  const here = () => document.activeElement?.closest<HTMLElement>('[data-card]') ?? null
  const step = (by: number) => {
    const all = elements()
    const at = all.indexOf(here()!)
    const next = all[at === -1 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]
    next?.focus()
    next?.scrollIntoView({ block: 'nearest' })
  }
  const current = () => {
    const id = Number((here() ?? elements()[0])?.dataset.card)
    return cards.find((card) => card.id === id)
  }
  const offered = new Map(cards.flatMap((card) => actionsFor(card).map((action) => [action.key, action])))
  useShortcuts(
    cards.length === 0
      ? []
      : [
          { keys: 'j', does: 'Next card', group: 'Inbox', run: () => step(1) },
          { keys: 'k', does: 'Previous card', group: 'Inbox', run: () => step(-1) },
          {
            keys: 'o',
            does: 'Open the ticket',
            group: 'Inbox',
            run: () => current() && go(`/tickets/${current()!.id}`),
          },
          ...[...offered].map(([keys]) => ({
            keys,
            does: namesOf(cards, keys),
            group: 'Inbox',
            run: () => {
              const card = current()
              const action = card && actionsFor(card).find(({ key }) => key === keys)
              if (card && action) begin(card, action)
            },
          })),
        ],
  )
  return list
}

/** Names of the actions with a key: `a` approves a proposal and answers a question. */
const namesOf = (cards: readonly WaitingEntry[], key: string): string =>
  [
    ...new Set(
      cards
        .flatMap(actionsFor)
        .filter((action) => action.key === key)
        .map(({ name }) => name),
    ),
  ].join(' / ')
