/**
 * Time limits for waiting on something outside. A timer alone proves nothing: on a busy machine the loop stands still
 * for seconds, and then the timer fires before input is read that arrived long ago.
 */

/** Resolves after the loop has looked at all input that waited to be read. */
export async function wholeTurn(): Promise<void> {
  // The first one only ends the turn that is under way, which may have looked too early.
  await new Promise(setImmediate)
  await new Promise(setImmediate)
}

/** Number of parts of a wait, and the maximum length of each, in milliseconds. */
const PARTS = 10
const LONGEST_PART_MS = 10_000

/**
 * Calls `run` after `ms`, unless the returned function is called first. Time in which the loop stood still counts
 * little, and waiting input is read first. Does not keep the program alive.
 */
export function patiently(ms: number, run: () => void): () => void {
  let left = ms
  let isOver = false
  let timer: NodeJS.Timeout
  const part = () => {
    const most = Math.min(left, Math.max(1, ms / PARTS), LONGEST_PART_MS)
    timer = setTimeout(() => {
      left -= most
      if (left > 0) part()
      else void wholeTurn().then(() => isOver || run())
    }, most).unref()
  }
  part()
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}

/** Returns a signal that aborts with `signal`, or after `ms`. */
export function within(ms: number, signal: AbortSignal): AbortSignal {
  // AbortSignal.timeout() is collected as garbage where only AbortSignal.any knows it; then it never comes.
  const late = new AbortController()
  patiently(ms, () => late.abort(new DOMException('That took too long.', 'TimeoutError')))
  return AbortSignal.any([signal, late.signal])
}
