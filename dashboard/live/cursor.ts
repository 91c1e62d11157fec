/**
 * How far this page has read the log. `seq` has no gaps, so whatever comes can be checked: what was seen is dropped,
 * and what is missing is asked for.
 */
import type { EventEntry } from '../../src/api/client.ts'

export interface Cursor {
  /** The newest number that was delivered; null until the first place is known. */
  at(): number | null
  /** Delivers what is new in order, after what is missing before it. */
  take(entries: EventEntry[]): Promise<void>
  /** The log reaches this far: begins there, or fetches what is missing up to it. */
  reach(head: number): Promise<void>
  /** Goes on after this number of another log: what was read of the one before is worth nothing. */
  leap(head: number): Promise<void>
}

/** A page of the log after a number. */
type Fetch = (after: number) => Promise<EventEntry[]>

export function cursor(fetchAfter: Fetch, deliver: (entries: EventEntry[]) => void): Cursor {
  let at: number | null = null
  let busy: Promise<void> = Promise.resolve()

  function put(entries: EventEntry[]) {
    const fresh = entries.filter(({ seq }) => seq > at!)
    if (fresh.length === 0) return
    at = fresh.at(-1)!.seq
    deliver(fresh)
  }

  async function fill(upTo: number) {
    while (at! < upTo) {
      const page = await fetchAfter(at!)
      if (page.length === 0) return
      put(page)
    }
  }

  /** One after the other; a failure is the caller's, and the next one begins where this one ended. */
  function inTurn(work: () => Promise<void> | void): Promise<void> {
    const turn = busy.then(work)
    busy = turn.catch(() => {})
    return turn
  }

  return {
    at: () => at,
    take: (entries) =>
      inTurn(() => {
        const first = entries[0]
        if (!first) return
        at ??= first.seq - 1
        if (first.seq <= at + 1) return put(entries)
        return fill(first.seq - 1).then(() => put(entries))
      }),
    reach: (head) => {
      at ??= head
      return inTurn(() => fill(head))
    },
    leap: (head) =>
      inTurn(() => {
        at = head
      }),
  }
}
