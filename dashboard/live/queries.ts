/**
 * What pages ask the server for. A query says which events make it stale, and is asked for again when one comes. The
 * log is followed without a gap (cursor.ts), so nothing else is needed but for what is not in the log.
 */
import { QueryClient, type UseQueryResult, useQuery } from '@tanstack/react-query'
import { ApiError, type EventEntry } from '../../src/api/client.ts'
import { connection, onEntries, onPulse } from './stream.ts'

/** Whether an event makes a query stale. */
export type Staleness = (entry: EventEntry) => boolean

export interface Ask<T> {
  key: readonly unknown[]
  ask: () => Promise<T>
  /** No event unless said. */
  stale?: Staleness
  /** It also shows what is not in the log: what the lane does, agents, pauses. */
  pulse?: boolean
  enabled?: boolean
}

export const always: Staleness = () => true
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

/** Asks, and asks again when it is stale; what was known stays on the screen meanwhile. */
export function useAsk<T>({ key, ask, stale, pulse, enabled }: Ask<T>): UseQueryResult<T> {
  return useQuery({
    queryKey: key,
    queryFn: ask,
    meta: { stale, pulse },
    ...(enabled !== undefined && { enabled }),
  })
}

type Test = (query: { meta?: Record<string, unknown> | undefined }) => boolean

let waiting: Test[] = []
let refreshing = false

/** What becomes stale while it is being asked for is asked for once more after that: never cut off, never missed. */
async function refresh(test: Test): Promise<void> {
  waiting.push(test)
  if (refreshing) return
  refreshing = true
  while (waiting.length > 0) {
    const tests = waiting
    waiting = []
    await queries
      .invalidateQueries({ predicate: (query) => tests.some((each) => each(query)) })
      .catch(() => undefined)
  }
  refreshing = false
}

/** Keeps every query fresh, until the answer is called. */
export function keepFresh(): () => void {
  const ends = [
    onEntries((entries) => {
      void refresh(({ meta }) => {
        const stale = meta?.stale as Staleness | undefined
        return stale !== undefined && entries.some(stale)
      })
    }),
    onPulse(() => void refresh(({ meta }) => meta?.pulse === true)),
    connection.subscribe(() => {
      if (connection.get() === 'restarted') void refresh(() => true)
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}
