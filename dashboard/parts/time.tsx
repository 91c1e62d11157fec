/** Times as people say them: `3 min ago`, with the exact time as a tooltip. */
import { useNow } from './now.ts'

/** Shows an age. `at`: milliseconds since the epoch, or the UTC text of tickets. */
export function Time({ at }: { at: number | string }) {
  const time = typeof at === 'number' ? at : Date.parse(`${at.replace(' ', 'T')}Z`)
  const date = new Date(time)
  return (
    <time dateTime={date.toISOString()} title={date.toLocaleString()}>
      {ago(useNow() - time)}
    </time>
  )
}

/** Shows how long something has been going on: `2 min 5 s`. */
export function Since({ at }: { at: number }) {
  const ms = useNow() - at
  return <span className="number">{ms < SECOND ? 'under a second' : duration(ms)}</span>
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Formats an age in milliseconds. */
export function ago(ms: number): string {
  if (ms < 10_000) return 'just now'
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s ago`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ago`
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ago`
  return `${Math.floor(ms / DAY)} d ago`
}

/** Formats a duration in milliseconds. */
export function duration(ms: number): string {
  if (ms < SECOND) return ms < 100 ? 'under 0.1 s' : `${(Math.floor(ms / 100) / 10).toFixed(1)} s`
  const seconds = Math.floor(ms / SECOND)
  if (ms < MINUTE) return `${seconds} s`
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ${seconds % 60} s`
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ${Math.floor((ms % HOUR) / MINUTE)} min`
  return `${Math.floor(ms / DAY)} d ${Math.floor((ms % DAY) / HOUR)} h`
}
