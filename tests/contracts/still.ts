/** A server that lags: the loop of this process stands still, while every other program goes on. */

/** Stands still for so many milliseconds. */
export function standStill(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

/** Stands still for so many milliseconds in each turn of the loop, until what it gives is called. */
export function lag(ms: number): () => void {
  const timer = setInterval(() => standStill(ms), 1)
  return () => clearInterval(timer)
}
