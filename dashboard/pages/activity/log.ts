/** Log from its end backwards, page by page; new entries are added at its start. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { EventEntry } from '../../../src/api/client.ts'
import type { EventType } from '../../../src/ticket/events.ts'
import { api } from '../../live/api.ts'
import { onAfresh, onEntries } from '../../live/stream.ts'

/** Filter of the log. */
export interface Filter {
  ticket: number | null
  by: string
  /** Types of events; null: every type. */
  types: readonly EventType[] | null
}

/** Log as a page shows it. */
export interface Log {
  /** Entries, newest first; null until the first page is there. */
  entries: readonly EventEntry[] | null
  hasMore: boolean
  error: Error | null
  /** True when the last added entries came before the first shown one. */
  grewAtStart: boolean
  more: () => Promise<void>
}

const PAGE = 100

const NONE = { entries: null, hasMore: true, error: null, grewAtStart: false }

/** Reads the log that matches a filter. */
export function useLog(filter: Filter): Log {
  const [log, setLog] = useState<Omit<Log, 'more'>>(NONE)
  const reading = useRef<symbol | null>(null)
  const latest = useRef(log)
  latest.current = log
  const { ticket, by } = filter
  const types = filter.types?.join(',') ?? ''

  const read = useCallback(
    async (before: number | undefined) => {
      const turn = Symbol('a page')
      reading.current = turn
      try {
        const query = {
          ...(before !== undefined && { before }),
          ...(ticket !== null && { ticket }),
          ...(by !== '' && { by }),
          ...(types !== '' && { type: types.split(',') as EventType[] }),
        }
        const { events } = await api.log({ order: 'newest', limit: PAGE, ...query })
        if (reading.current !== turn) return
        setLog(({ entries }) => ({
          entries: joined(entries ?? [], events),
          hasMore: events.length === PAGE,
          error: null,
          grewAtStart: false,
        }))
      } catch (error) {
        if (reading.current === turn) setLog((known) => ({ ...known, error: error as Error }))
      } finally {
        if (reading.current === turn) reading.current = null
      }
    },
    [ticket, by, types],
  )

  useEffect(() => {
    const begin = () => {
      setLog(NONE)
      void read(undefined)
    }
    begin()
    const ends = [onAfresh(begin), onEntries(hear)]
    return () => {
      for (const end of ends) end()
    }

    function hear(fresh: readonly EventEntry[]) {
      const fitting = fresh.filter(
        ({ ticket: of, by: who, event }) =>
          (ticket === null || of === ticket) &&
          (by === '' || who === by) &&
          (types === '' || types.split(',').includes(event.type)),
      )
      if (fitting.length > 0)
        setLog((known) => ({
          ...known,
          entries: joined(fitting.toReversed(), known.entries ?? []),
          grewAtStart: true,
        }))
    }
  }, [read, ticket, by, types])

  return {
    ...log,
    more: async () => {
      if (reading.current === null && latest.current.hasMore) await read(latest.current.entries?.at(-1)?.seq)
    },
  }
}

/** Joins entries, newest first, each once. */
function joined(newer: readonly EventEntry[], older: readonly EventEntry[]): EventEntry[] {
  const all = new Map([...newer, ...older].map((entry) => [entry.seq, entry]))
  return [...all.values()].sort((a, b) => b.seq - a.seq)
}
