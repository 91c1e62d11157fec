/**
 * Progress of this page in the log. `seq` has no gaps, so everything that comes can be checked: known entries are
 * dropped, and missing ones are fetched.
 */
import type { EventEntry } from '../../src/api/client.ts'

/** Cursor in the log. */
export interface Cursor {
  /** Newest number that was delivered; null until the first position is known. */
  at(): number | null
  /** Delivers new entries in order, after missing ones before them. */
  take(entries: EventEntry[]): Promise<void>
  /** Notes that the log reaches this far: begins there, or fetches missing entries up to it. */
  reach(head: number): Promise<void>
  /** Continues after this number of another log: entries of the former one count no more. */
  leap(head: number): Promise<void>
}

/** Fetches a page of the log after a number. */
type Fetch = (after: number) => Promise<EventEntry[]>

/** Makes a cursor; `deliver` receives every entry once, in order. */
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

  /** Runs work one after the other; a failure is the caller's, and the next work continues from there. */
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
