/** Entries of the log; only those on the screen are drawn. */
import { useEffect, useMemo, useRef, useState } from 'react'
import { VList, type VListHandle } from 'virtua'
import type { EventEntry } from '../../../src/api/client.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorState } from '../../parts/error-state.tsx'
import { toneOf } from '../../parts/event-tone.ts'
import { Loading } from '../../parts/loading.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { go } from '../../shell/router.ts'
import { useShortcuts } from '../../shell/shortcuts.ts'
import { type Filter, useLog } from './log.ts'

type Row = { kind: 'day'; key: string; name: string } | { kind: 'entry'; key: number; entry: EventEntry }

/** Pixels before the end at which more is read. */
const AHEAD = 1500

/** Shows the entries that match a filter. */
export function Entries({ filter, isFiltered }: { filter: Filter; isFiltered: boolean }) {
  const { entries, hasMore, error, grewAtStart, more } = useLog(filter)
  const rows = useMemo(() => rowsOf(entries ?? []), [entries])
  if (error && !entries?.length) return <ErrorState error={error} onRetry={() => void more()} />
  if (!entries) return <Loading what="the log" />
  if (entries.length === 0)
    return isFiltered ? (
      <EmptyState title="No matching events" />
    ) : (
      <EmptyState title="No events yet">Actions of people and agents appear here.</EmptyState>
    )
  return (
    <>
      <List rows={rows} grewAtStart={grewAtStart} hasMore={hasMore} more={more} />
      {error && <p className="quiet">{error.message}</p>}
    </>
  )
}

interface ListProps {
  rows: readonly Row[]
  grewAtStart: boolean
  hasMore: boolean
  more: () => Promise<void>
}

function List({ rows, grewAtStart, hasMore, more }: ListProps) {
  const list = useRef<VListHandle>(null)
  const [current, setCurrent] = useState<number | null>(null)
  const [isAway, setAway] = useState(false)
  const read = () => {
    const { scrollOffset = 0, scrollSize = 0, viewportSize = 0 } = list.current ?? {}
    setAway(scrollOffset > 4)
    if (hasMore && scrollOffset + viewportSize > scrollSize - AHEAD) void more()
  }
  // A first page may be shorter than the screen.
  const latest = useRef(read)
  latest.current = read
  const count = rows.length
  useEffect(() => {
    if (count > 0) latest.current()
  }, [count])
  const step = (by: 1 | -1) => {
    const at = rows.findIndex(({ key }) => key === current)
    let next = at + by
    while (rows[next]?.kind === 'day') next += by
    const row = rows[next]
    if (row?.kind !== 'entry') return
    setCurrent(row.entry.seq)
    list.current?.scrollToIndex(next, { align: 'nearest' })
  }
  const opened = rows.find(({ key }) => key === current)
  useShortcuts([
    { keys: 'j', does: 'Next entry', group: 'Activity', run: () => step(1) },
    { keys: 'k', does: 'Previous entry', group: 'Activity', run: () => step(-1) },
    {
      keys: 'o',
      does: 'Open the ticket',
      group: 'Activity',
      run: () => opened?.kind === 'entry' && go(`/tickets/${opened.entry.ticket}`),
    },
  ])
  return (
    <div className="activity-list">
      <VList
        ref={list}
        role="region"
        aria-label="Events, newest first"
        tabIndex={0}
        shift={grewAtStart && isAway}
        onScroll={read}
      >
        {rows.map((row) =>
          row.kind === 'day' ? (
            <h2 key={row.key} className="activity-day">
              {row.name}
            </h2>
          ) : (
            <Entry key={row.key} entry={row.entry} isCurrent={row.key === current} />
          ),
        )}
      </VList>
    </div>
  )
}

function Entry({ entry: { at, event, sentence }, isCurrent }: { entry: EventEntry; isCurrent: boolean }) {
  const time = new Date(at)
  return (
    <div className="activity-entry" data-tone={toneOf(event)} data-current={isCurrent}>
      <time dateTime={time.toISOString()} title={time.toLocaleString()}>
        {time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' })}
      </time>
      <p>
        <Sentence text={sentence} />
      </p>
    </div>
  )
}

function rowsOf(entries: readonly EventEntry[]): Row[] {
  const rows: Row[] = []
  let day = ''
  for (const entry of entries) {
    const date = new Date(entry.at)
    if (date.toDateString() !== day) {
      day = date.toDateString()
      rows.push({ kind: 'day', key: `day ${entry.seq}`, name: dayName(date) })
    }
    rows.push({ kind: 'entry', key: entry.seq, entry })
  }
  return rows
}

function dayName(date: Date): string {
  const today = new Date()
  if (date.toDateString() === today.toDateString()) return 'Today'
  return date.toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
}
