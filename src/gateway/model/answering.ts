/**
 * Whether the model answers what one attempt asks: the requests in a row that came to nothing, and those under way for
 * which nothing comes. Any answer, and any piece of one, ends the row.
 */
import { isNoAnswer, type Unanswered } from '../../ticket/unanswered.ts'

/** Milliseconds without a byte of any answer, after which a request under way counts as not answered. */
export const QUIET_MS = 30_000

/** Milliseconds: the wall clock says since when, the monotonic one for how long. */
export interface Clocks {
  now: () => number
  monotonic: () => number
}

export interface Answering {
  /** To be called when a request is sent to the model. */
  sent(): Awaited
  unanswered(): Unanswered | null
}

/** One request; after `done`, `failed` or `closed` nothing counts any more. */
export interface Awaited {
  /** Its answer has begun with this status. */
  begun(status: number): void
  /** Some of its answer came. */
  heard(): void
  /** Its answer has ended. */
  done(): void
  /** The model could not be reached. */
  failed(): void
  /** Whoever asked has given it up, unless it is over: not answered, when nothing had come for long. */
  closed(): void
}

interface Moment {
  at: number
  monotonic: number
}

export function answering({ now, monotonic }: Clocks): Answering {
  const moment = (): Moment => ({ at: now(), monotonic: monotonic() })
  const underWay = new Set<Moment>()
  let heard: Moment = { at: Number.NEGATIVE_INFINITY, monotonic: Number.NEGATIVE_INFINITY }
  let row: Unanswered | null = null

  /** Since when nothing has come for it. */
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
