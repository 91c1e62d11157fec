/**
 * Limits for waiting on something outside: of time, and by what the waiting is part of. A timer alone proves nothing: on
 * a busy machine the loop stands still for seconds, and then the timer fires before input is read that arrived long ago.
 */
import { setMaxListeners } from 'node:events'

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

/**
 * Aborts `part` with the first of `wholes`, and with its reason, until the returned function is called. For work that
 * ends before what it is part of: Node 20 keeps a trace of each signal that `AbortSignal.any` made of a longer one.
 */
export function abortWith(part: AbortController, wholes: readonly AbortSignal[]): () => void {
  const aborts = wholes.map((whole) => ({ whole, abort: () => part.abort(whole.reason) }))
  // As many may wait for one as there are agents, or sleeps of a program that watches.
  setMaxListeners(0, ...wholes)
  for (const { whole, abort } of aborts) {
    if (whole.aborted) abort()
    else whole.addEventListener('abort', abort)
  }
  return () => {
    for (const { whole, abort } of aborts) whole.removeEventListener('abort', abort)
  }
}

/** Returns a signal that aborts with `signal`, or after `ms`. */
export function within(ms: number, signal: AbortSignal): AbortSignal {
  const own = new AbortController()
  const release = abortWith(own, [signal])
  patiently(ms, () => {
    release()
    own.abort(new DOMException('That took too long.', 'TimeoutError'))
  })
  return own.signal
}
