/**
 * Watch over the model's answers to one attempt: the requests in a row that came to nothing, and those under way for
 * which nothing comes. Any answer, and any piece of one, ends the row.
 */
import { isNoAnswer, type Unanswered } from '../../ticket/unanswered.ts'

/** Milliseconds without a byte of any answer, after which a request under way counts as unanswered. */
export const QUIET_MS = 30_000

/** Clocks in milliseconds: the wall clock for points in time, the monotonic one for durations. */
export interface Clocks {
  now: () => number
  monotonic: () => number
}

/** Watch over the answers to one attempt. */
export interface Answering {
  /** Registers a request that is sent to the model. */
  sent(): Awaited
  unanswered(): Unanswered | null
}

/** One request; after `done`, `failed` or `closed` it no longer counts. */
export interface Awaited {
  /** Notes that the answer has begun with this status. */
  begun(status: number): void
  /** Notes that a piece of the answer came. */
  heard(): void
  /** Notes that the answer has ended. */
  done(): void
  /** Notes that the model could not be reached. */
  failed(): void
  /** Notes that the client has given up, unless the request is over: unanswered, when nothing had come for long. */
  closed(): void
}

interface Moment {
  at: number
  monotonic: number
}

/** Makes the watch of one attempt. */
export function answering({ now, monotonic }: Clocks): Answering {
  const moment = (): Moment => ({ at: now(), monotonic: monotonic() })
  const underWay = new Set<Moment>()
  let heard: Moment = { at: Number.NEGATIVE_INFINITY, monotonic: Number.NEGATIVE_INFINITY }
  let row: Unanswered | null = null

  /** Moment since which nothing has come for a request. */
  const quietSince = (asked: Moment) => (asked.monotonic < heard.monotonic ? heard : asked)
  const isQuiet = (asked: Moment) => monotonic() - quietSince(asked).monotonic >= QUIET_MS
  const add = (asked: Moment, gave: number | null) => {
    row = longer(row, quietSince(asked).at, gave)
  }
  const hear = () => {
    heard = moment()
    row = null
  }

  return {
    sent() {
      const asked = moment()
      underWay.add(asked)
      const over = () => underWay.delete(asked)
      return {
        begun: (status) => {
          if (!isNoAnswer(status)) hear()
          else if (over()) add(asked, status)
        },
        heard: () => {
          if (underWay.has(asked)) hear()
        },
        done: () => void over(),
        failed: () => {
          if (over()) add(asked, null)
        },
        closed: () => {
          if (over() && isQuiet(asked)) add(asked, null)
        },
      }
    },
    unanswered: () =>
      [...underWay]
        .filter(isQuiet)
        .reduce<Unanswered | null>((all, asked) => longer(all, quietSince(asked).at, null), row),
  }
}

const longer = (row: Unanswered | null, since: number, gave: number | null): Unanswered => ({
  requests: (row?.requests ?? 0) + 1,
  gave: row?.gave.includes(gave) ? row.gave : [...(row?.gave ?? []), gave],
  since: Math.min(row?.since ?? since, since),
})
