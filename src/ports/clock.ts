/** Time, injected so that tests turn it by hand. */
export interface Clock {
  /** Milliseconds since the epoch, for people to read. It jumps when somebody sets the clock: measure nothing by it. */
  now(): number
  /** Milliseconds since an arbitrary moment; never goes back. Leases and limits are measured by it. */
  monotonic(): number
  /** Resolves after `ms`, or as soon as the signal aborts. Never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}
