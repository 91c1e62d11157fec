/** How long anybody waits for something outside. */

/** Aborts with `signal`, or after `ms`. */
export function within(ms: number, signal: AbortSignal): AbortSignal {
  const late = AbortSignal.timeout(ms)
  // Node 20 collects a time-out that only AbortSignal.any knows as garbage; then it never comes.
  late.addEventListener('abort', () => {})
  return AbortSignal.any([signal, late])
}
