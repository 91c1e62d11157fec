/**
 * Queries of pages to the server. A query names the events that make it stale, and is sent again when one comes. The
 * log is followed without a gap (cursor.ts), so only data outside of the log needs more.
 */
import { type Query, QueryClient, type UseQueryResult, useQuery } from '@tanstack/react-query'
import { ApiError, type EventEntry } from '../../src/api/client.ts'
import { connection, onAfresh, onEntries, onPulse } from './stream.ts'

/** True for an event that makes a query stale. */
export type Staleness = (entry: EventEntry) => boolean

/** Query of a page. */
export interface Ask<T> {
  key: readonly unknown[]
  ask: () => Promise<T>
  /** Events that make it stale; default: none. */
  stale?: Staleness
  /** True when it also shows data outside of the log: the merge queue, agents, pauses. */
  pulse?: boolean
  enabled?: boolean
}

/** Staleness by any event of a ticket. */
export const of =
  (ticket: number): Staleness =>
  (entry) =>
    entry.ticket === ticket

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 60_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: (count, error) => (error instanceof ApiError ? error.status === 0 && count < 20 : false),
      retryDelay: 500,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})

/** Sends a query, and again when it is stale; the known answer stays on the screen meanwhile. */
export function useAsk<T>({ key, ask, stale, pulse, enabled }: Ask<T>): UseQueryResult<T> {
  return useQuery({
    queryKey: key,
    queryFn: ask,
    meta: { stale, pulse },
    ...(enabled !== undefined && { enabled }),
  })
}

type Test = (query: Query) => boolean

/** Pause before a query is sent again, as a multiple of its last duration: a loaded server gets fewer. */
const REST = 4
const LONGEST_REST_MS = 1000

/** Queries under way or pausing, and whether they have become stale meanwhile. */
const busy = new Map<string, boolean>()

/**
 * Refreshes stale queries. One that becomes stale while under way is sent once more after that: never aborted, never
 * missed.
 */
function refresh(test: Test): void {
  for (const query of queries.getQueryCache().findAll({ predicate: test })) {
    if (busy.has(query.queryHash)) busy.set(query.queryHash, true)
    else void renew(query)
  }
}

async function renew({ queryKey, queryHash }: Query): Promise<void> {
  do {
    busy.set(queryHash, false)
    const began = performance.now()
    // Nobody sees a hidden page; it is asked for when it comes to the front.
    const refetchType = document.hidden ? 'none' : 'active'
    await queries.invalidateQueries({ queryKey, exact: true, refetchType }).catch(() => undefined)
    const rest = Math.min(LONGEST_REST_MS, REST * (performance.now() - began))
    await new Promise((resolve) => setTimeout(resolve, rest))
  } while (busy.get(queryHash))
  busy.delete(queryHash)
}

function showNow(): void {
  if (!document.hidden) void queries.refetchQueries({ type: 'active', stale: true }).catch(() => undefined)
}

/** Keeps every query fresh; the returned function ends that. */
export function keepFresh(): () => void {
  document.addEventListener('visibilitychange', showNow)
  const ends = [
    onEntries((entries) => {
      refresh(({ meta }) => {
        const stale = meta?.stale as Staleness | undefined
        return stale !== undefined && entries.some(stale)
      })
    }),
    onPulse(() => refresh(({ meta }) => meta?.pulse === true)),
    onAfresh(() => refresh(() => true)),
    connection.subscribe(() => {
      if (connection.get() === 'restarted') refresh(() => true)
    }),
    () => document.removeEventListener('visibilitychange', showNow),
  ]
  return () => {
    for (const end of ends) end()
  }
}
