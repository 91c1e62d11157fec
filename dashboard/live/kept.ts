/** Data that is fetched once from the server and then updated by folding the log. It begins with its first reader. */
import type { EventEntry } from '../../src/api/client.ts'
import { type Cell, cell, useCell } from './cell.ts'
import { connection, onAfresh, onEntries } from './stream.ts'

/** Data for a component. */
export interface Kept<T> {
  /** Value; null while it is on its way. */
  value: T | null
  error: Error | null
  retry: () => void
}

interface Ways<T> {
  /** Fetches the value as it was after event `seq` of the log. */
  take: () => Promise<{ seq: number; value: T }>
  /** Folds events into the value: the same object when they change nothing, null when it must be fetched anew. */
  fold: (before: T, entries: readonly EventEntry[]) => T | null
}

/** Hooks for components. */
export interface KeptHooks<T> {
  use: () => Kept<T>
  /** Reads a part of the value; drawn again only when the part changes. */
  usePart: <P extends number | undefined>(part: (value: T | null) => P) => P
}

/** Makes the hooks of some data. It is fetched anew when an event cannot be folded. */
export function kept<T>({ take, fold }: Ways<T>): KeptHooks<T> {
  const value: Cell<T | null> = cell<T | null>(null)
  const problem: Cell<Error | null> = cell<Error | null>(null)
  let begun = false
  let loading = false
  /** True while the value is not, or no longer, what the log says. */
  let behind = true
  let seq = 0
  /** Events that came since it fell behind. */
  let early: EventEntry[] = []

  async function load(): Promise<void> {
    if (loading) return
    loading = true
    behind = true
    problem.set(null)
    try {
      while (behind) {
        const taken = await take()
        seq = taken.seq
        const next = advanced(taken.value, early)
        early = []
        if (next === null) continue
        behind = false
        value.set(next)
      }
    } catch (error) {
      problem.set(error instanceof Error ? error : new Error(String(error)))
    } finally {
      loading = false
    }
  }

  function advanced(before: T, entries: readonly EventEntry[]): T | null {
    const fresh = entries.filter((entry) => entry.seq > seq)
    if (fresh.length === 0) return before
    seq = fresh.at(-1)!.seq
    return fold(before, fresh)
  }

  function hear(entries: EventEntry[]): void {
    const next = behind ? null : advanced(value.get()!, entries)
    if (next !== null) value.set(next)
    else {
      early.push(...entries)
      void load()
    }
  }

  function begin(): void {
    if (begun) return
    begun = true
    onEntries(hear)
    onAfresh(() => {
      early = []
      void load()
    })
    connection.subscribe(() => {
      const state = connection.get()
      if (state === 'restarted' || (state === 'live' && behind)) void load()
    })
    void load()
  }

  return hooks({ begin, value, problem, load })
}

interface Around<T> {
  begin: () => void
  load: () => Promise<void>
  value: Cell<T | null>
  problem: Cell<Error | null>
}

const hooks = <T>({ begin, load, value, problem }: Around<T>): KeptHooks<T> => ({
  use: () => {
    begin()
    return { value: useCell(value), error: useCell(problem), retry: () => void load() }
  },
  usePart: (part) => {
    begin()
    return useCell({ ...value, get: () => part(value.get()) })
  },
})
