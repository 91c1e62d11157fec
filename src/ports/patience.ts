/** How long anybody waits for something outside. */

/** Aborts with `signal`, or after `ms`. */
export function within(ms: number, signal: AbortSignal): AbortSignal {
  // AbortSignal.timeout() is collected as garbage where only AbortSignal.any knows it; then it never comes.
  const late = new AbortController()
  setTimeout(() => late.abort(new DOMException('That took too long.', 'TimeoutError')), ms).unref()
  return AbortSignal.any([signal, late.signal])
}
