/** Board: the state of every ticket. */
import { Network, Plus, Search, SquareKanban } from 'lucide-react'
import { useCallback, useDeferredValue, useMemo, useRef, useState } from 'react'
import { assignee, type Ticket, TYPES } from '../../../src/ticket/ticket.ts'
import { useDecision } from '../../live/decide.ts'
import { useTickets } from '../../live/tickets.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorState } from '../../parts/error-state.tsx'
import { later } from '../../parts/later.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Notice } from '../../parts/notice.tsx'
import { PageHeader } from '../../parts/page-header.tsx'
import { TicketForm } from '../../parts/ticket-form.tsx'
import { useParameter } from '../../shell/router.ts'
import { useShortcuts } from '../../shell/shortcuts.ts'
import { Column } from './column.tsx'
import {
  type ById,
  bounded,
  COLUMNS,
  columns,
  type Filter,
  fitting,
  type Column as Name,
  priorityAt,
} from './columns.ts'
import { useBoardKeys } from './keys.ts'
import { usePriorities } from './priorities.ts'
import './board.css'

const Graph = later(
  async () => (await import('./graph.tsx')).Graph,
  () => <Loading what="the graph" />,
)

/** Page of the board. */
export function Board() {
  const { value: tickets, error, retry } = useTickets()
  if (error && !tickets) return <ErrorState error={error} onRetry={retry} />
  return tickets ? <Filled byId={tickets.byId} done={tickets.done} /> : <Loading what="the board" />
}

function Filled({ byId, done }: { byId: ById; done: number }) {
  const [text, setText] = useParameter('q')
  const [type, setType] = useParameter('type')
  const [who, setWho] = useParameter('who')
  const [view, setView] = useParameter('view')
  const [editing, setEditing] = useState<number | 'new' | null>(null)
  const search = useRef<HTMLInputElement>(null)
  const filter = useDeferredValue(useMemo(() => ({ text, type, who }), [text, type, who]))
  const isGraph = view === 'graph'

  useShortcuts([
    { keys: 'n', does: 'New ticket', group: 'Board', run: () => setEditing('new') },
    { keys: '/', does: 'Search on the board', group: 'Board', run: () => search.current?.focus() },
    { keys: 'v', does: 'Columns or graph', group: 'Board', run: () => setView(isGraph ? '' : 'graph') },
  ])
  return (
    <div className="board-page">
      <PageHeader title="Board">
        <label className="board-search">
          <Search aria-hidden />
          <span className="sr-only">Search on the board</span>
          <input
            dir="auto"
            ref={search}
            type="search"
            placeholder="Number, words, agent"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
          />
        </label>
        <Choice label="Type" value={type} among={TYPES} onChange={setType} />
        <Choice label="Who" value={who} among={names(byId)} onChange={setWho} />
        <span className="board-space" />
        <Button icon={isGraph ? SquareKanban : Network} onClick={() => setView(isGraph ? '' : 'graph')}>
          {isGraph ? 'Columns' : 'Graph'}
        </Button>
        <Button kind="primary" icon={Plus} onClick={() => setEditing('new')}>
          New ticket
        </Button>
      </PageHeader>
      {isGraph ? (
        <Graph byId={byId} fits={fitting(filter)} />
      ) : (
        <Columns byId={byId} done={done} filter={filter} onEdit={setEditing} />
      )}
      {editing !== null && (
        <TicketForm id={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />
      )}
    </div>
  )
}

interface ColumnsProps {
  byId: ById
  done: number
  filter: Filter
  onEdit: (id: number) => void
}

function Columns({ byId, done, filter, onEdit }: ColumnsProps) {
  const { problem, ask } = useDecision()
  const found = useColumns(byId, filter)
  const isAll = filter.text === '' && filter.type === '' && filter.who === ''
  const setPriority = usePriorities(ask)
  const drop = useSteady((name: Name, id: number, place: number) => {
    const moved = byId.get(id)
    if (!moved) return
    const before = found[name].slice(0, place).filter((each) => each.id !== id)
    const others = found[name].filter((each) => each.id !== id)
    setPriority(moved, () => priorityAt(others, before.length, moved))
  })
  const { current, board, onFocus } = useBoardKeys(found, {
    onEdit,
    onRaise: (id, by) => {
      const ticket = byId.get(id)
      if (ticket) setPriority(ticket, (now) => bounded(now + by))
    },
  })
  return (
    <>
      {problem && <Notice>{problem}</Notice>}
      <section className="board" ref={board} onFocus={onFocus} aria-label="Columns">
        {COLUMNS.map((name) => (
          <Column
            key={name}
            name={name}
            tickets={found[name]}
            byId={found[name].some(({ blockedBy }) => blockedBy.length > 0) ? byId : NOBODY}
            total={name === 'done' && isAll ? done : found[name].length}
            current={found[name].some(({ id }) => id === current) ? current : null}
            onDrop={name === 'backlog' ? drop : undefined}
          />
        ))}
      </section>
    </>
  )
}

const NOBODY: ById = new Map()

/** Sorts tickets into columns; an unchanged column stays the same list. */
function useColumns(byId: ById, filter: Filter): Record<Name, Ticket[]> {
  const before = useRef<Record<Name, Ticket[]>>(null)
  const found = useMemo(() => {
    const now = columns(byId, filter)
    for (const name of COLUMNS) {
      const last = before.current?.[name]
      if (last && isSame(last, now[name])) now[name] = last
    }
    return now
  }, [byId, filter])
  before.current = found
  return found
}

const isSame = (one: readonly Ticket[], other: readonly Ticket[]): boolean =>
  one.length === other.length && one.every((ticket, at) => ticket === other[at])

/** Gives a function that never changes, and calls the newest one. */
function useSteady<A extends unknown[]>(work: (...args: A) => void): (...args: A) => void {
  const latest = useRef(work)
  latest.current = work
  return useCallback((...args: A) => latest.current(...args), [])
}

/** Names of all assignees, present and past, of the tickets here. */
const names = (byId: ById): string[] =>
  [...new Set([...byId.values()].flatMap((ticket) => assignee(ticket) ?? []))].sort()

interface ChoiceProps {
  label: string
  value: string
  among: readonly string[]
  onChange: (value: string) => void
}

function Choice({ label, value, among, onChange }: ChoiceProps) {
  return (
    <label className="board-choice">
      <span className="sr-only">{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{label}: all</option>
        {among.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  )
}
