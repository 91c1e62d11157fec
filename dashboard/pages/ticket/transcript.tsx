/** Transcript of an attempt, live: the end first, errors at a glance. */
import { ArrowDownToLine, ChevronDown, ChevronUp } from 'lucide-react'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { VList, type VListHandle } from 'virtua'
import type { AttemptEntry } from '../../../src/api/client.ts'
import { api } from '../../live/api.ts'
import { useCell } from '../../live/cell.ts'
import { Badge } from '../../parts/badge.tsx'
import { Button } from '../../parts/button.tsx'
import { ErrorState } from '../../parts/error-state.tsx'
import { Loading } from '../../parts/loading.tsx'
import { useShortcuts } from '../../shell/shortcuts.ts'
import { isError, type Row, rowsOf } from './transcript-lines.ts'
import { type Reader, reader } from './transcript-reader.ts'
import { TranscriptRow } from './transcript-row.tsx'
import { useHands } from './use-hands.ts'
import './transcript.css'

const FOLLOW_MS = 1000
/** Pixels from an end that count as there. */
const NEAR = 48
/** Pixels before the start of the loaded part at which more is read. */
const AHEAD = 1200
const SETTLE_MS = 300

/** Shows the transcript. */
export function Transcript({ attempt }: { attempt: AttemptEntry }) {
  const { ticket_id: ticket, number, ended_at } = attempt
  const source = useMemo(
    () => reader((offset, limit) => api.transcript(ticket, number, { offset, limit })),
    [ticket, number],
  )
  const problem = useReading(source, ended_at === null)
  const { entries, start, end, size, edge, isOpen } = useCell(source.state)
  const rows = useMemo(() => rowsOf(entries), [entries])
  if (problem && !isOpen) return <ErrorState error={problem} onRetry={() => void source.toEnd()} />
  if (!isOpen) return <Loading what="the transcript" />
  if (rows.length === 0) return <p className="quiet">No output of the agent yet.</p>
  return (
    <Rows
      source={source}
      rows={rows}
      grewAtStart={edge === 'start'}
      hasOlder={start > 0}
      hasNewer={end < size}
      size={size}
    />
  )
}

/** Opens the transcript, and follows it while the attempt lives. Gives the error of reading it. */
function useReading(source: Reader, isLive: boolean): Error | null {
  const [problem, setProblem] = useState<Error | null>(null)
  useEffect(() => {
    const read = async () => {
      try {
        const { isOpen, end, size } = source.state.get()
        if (!isOpen) {
          await source.toEnd()
          await source.older()
        } else if (end === size || end === 0) await source.newer()
        setProblem(null)
      } catch (error) {
        setProblem(error as Error)
      }
    }
    void read()
    if (!isLive) return
    const timer = setInterval(() => document.visibilityState === 'visible' && void read(), FOLLOW_MS)
    return () => clearInterval(timer)
  }, [source, isLive])
  return problem
}

interface RowsProps {
  source: Reader
  rows: readonly Row[]
  grewAtStart: boolean
  hasOlder: boolean
  hasNewer: boolean
  size: number
}

function Rows({ source, rows, grewAtStart, hasOlder, hasNewer, size }: RowsProps) {
  const list = useRef<VListHandle>(null)
  const [opened, setOpened] = useState<ReadonlyMap<number, boolean>>(new Map())
  const scrolling = useScrolling({ source, rows, list, hasOlder, hasNewer })
  const errors = useErrors({ source, rows, list, hasOlder, scrolling })
  const jump = async (by: 1 | -1) => {
    const key = await errors.step(by)
    if (key !== null) focusRow(key)
  }
  useShortcuts([
    { keys: 'e', does: 'Next error', group: 'Transcript', run: () => void jump(1) },
    { keys: 'w', does: 'Previous error', group: 'Transcript', run: () => void jump(-1) },
    { keys: 'f', does: 'Follow the end', group: 'Transcript', run: scrolling.toEnd },
  ])
  return (
    <div className="transcript">
      <div className="transcript-bar">
        <Badge tone={errors.count > 0 ? 'bad' : 'neutral'}>
          {errors.count === 1 ? '1 error' : `${errors.count} errors`}
          {hasOlder && ' in the loaded part'}
        </Badge>
        <span className="quiet number transcript-size">{sizeOf(size)}</span>
        <span className="transcript-space" />
        <Button kind="quiet" icon={ChevronUp} isBusy={errors.isBusy} onClick={() => void errors.step(-1)}>
          Previous error
        </Button>
        <Button kind="quiet" icon={ChevronDown} isBusy={errors.isBusy} onClick={() => void errors.step(1)}>
          Next error
        </Button>
        <Button
          kind="quiet"
          icon={ArrowDownToLine}
          aria-pressed={scrolling.isFollowing}
          onClick={scrolling.toEnd}
        >
          {scrolling.isFollowing ? 'At the end' : 'Go to the end'}
        </Button>
      </div>
      <div className="transcript-list" ref={scrolling.frame}>
        <VList
          ref={list}
          role="region"
          aria-label="Transcript"
          tabIndex={0}
          shift={grewAtStart}
          onScroll={scrolling.onScroll}
          onScrollEnd={scrolling.stick}
          onResize={scrolling.stick}
        >
          {rows.map((row) => (
            <div
              key={row.key}
              className="transcript-slot"
              data-row={row.key}
              data-current={row.key === errors.current}
              tabIndex={-1}
            >
              <TranscriptRow
                row={row}
                isOpen={opened.get(row.key) ?? isError(row)}
                onToggle={(isOpen) => setOpened((all) => new Map(all).set(row.key, isOpen))}
              />
            </div>
          ))}
        </VList>
      </div>
    </div>
  )
}

type Shared = Pick<RowsProps, 'source' | 'rows' | 'hasOlder'> & {
  list: React.RefObject<VListHandle | null>
}

/** Follows the end while the transcript grows, until somebody scrolls up; reads on at either end. */
function useScrolling({ source, rows, list, hasOlder, hasNewer }: Shared & { hasNewer: boolean }) {
  const [isFollowing, setFollowing] = useState(true)
  const frame = useRef<HTMLDivElement>(null)
  const follows = useRef(true)
  const before = useRef(0)
  const isReading = useRef(false)
  const follow = (on: boolean) => {
    follows.current = on
    setFollowing(on)
  }
  const hands = useHands(frame, () => (list.current?.scrollOffset ?? 0) > 0 && follow(false))
  const last = useRef(rows.length - 1)
  last.current = rows.length - 1
  const stick = () => follows.current && list.current?.scrollToIndex(last.current, { align: 'end' })
  useLayoutEffect(() => {
    if (follows.current && rows.length > 0) list.current?.scrollToIndex(rows.length - 1, { align: 'end' })
  }, [rows, list])

  const read = async (more: () => Promise<unknown>) => {
    if (isReading.current) return
    isReading.current = true
    await more().catch(() => undefined)
    isReading.current = false
  }
  return {
    frame,
    isFollowing,
    stick,
    /** Pauses reading while something else controls it. */
    hold: () => {
      follow(false)
      isReading.current = true
    },
    letGo: () => {
      isReading.current = false
    },
    toEnd: () => {
      hands.rest()
      follow(true)
      void (hasNewer ? source.toEnd() : Promise.resolve()).then(stick)
    },
    onScroll: (offset: number) => {
      const { scrollSize = 0, viewportSize = 0 } = list.current ?? {}
      const isAtEnd = offset + viewportSize >= scrollSize - NEAR
      if (isAtEnd && !hasNewer && hands.way() !== 'up') follow(true)
      else if (offset < before.current - 2 && hands.move() && hands.way() !== 'down') follow(false)
      before.current = offset
      if (isAtEnd && hasNewer) void read(source.newer)
      if (offset < AHEAD && hasOlder && !follows.current) void read(source.older)
    },
  }
}

type Scrolling = ReturnType<typeof useScrolling>

/** Moves between errors; upwards also through parts that are not loaded yet. */
function useErrors({ source, rows, list, hasOlder, scrolling }: Shared & { scrolling: Scrolling }) {
  const [current, setCurrent] = useState<number | null>(null)
  const [isBusy, setBusy] = useState(false)
  const latest = useRef({ rows, hasOlder })
  latest.current = { rows, hasOlder }
  const count = useMemo(() => rows.filter(isError).length, [rows])

  const next = (by: 1 | -1): number => {
    const { rows } = latest.current
    const marked = rows.findIndex(({ key }) => key === current)
    const here = marked === -1 ? (by === 1 ? -1 : rows.length) : marked
    return by === 1
      ? rows.findIndex((row, index) => index > here && isError(row))
      : rows.findLastIndex((row, index) => index < here && isError(row))
  }
  /** Moves to the next error and gives its row's key; null when there is none. */
  const step = async (by: 1 | -1): Promise<number | null> => {
    if (isBusy) return null
    setBusy(true)
    scrolling.hold()
    try {
      while (by === -1 && next(by) === -1 && (await source.older())) {
        await new Promise((resolve) => setTimeout(resolve))
      }
      const index = next(by)
      const row = latest.current.rows[index]
      if (!row) return null
      setCurrent(row.key)
      list.current?.scrollToIndex(index, { align: 'center' })
      return row.key
    } finally {
      setBusy(false)
      // Not before the list has come to where it was sent.
      setTimeout(scrolling.letGo, SETTLE_MS)
    }
  }
  return { current, count, isBusy, step }
}

/** Focuses a row once the list has drawn it: Enter folds or opens it. */
function focusRow(key: number, tries = 30): void {
  const slot = document.querySelector<HTMLElement>(`[data-row="${key}"]`)
  if (slot) (slot.querySelector('button') ?? slot).focus({ preventScroll: true })
  else if (tries > 0) requestAnimationFrame(() => focusRow(key, tries - 1))
}

function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
