/** Time, injected so that tests turn it by hand. */
export interface Clock {
  /** Milliseconds since the epoch, for people. It jumps when somebody sets it: nothing is measured by it. */
  now(): number
  /** Milliseconds from some moment on, which only ever pass: what leases and limits are measured by. */
  monotonic(): number
  /** Resolves after `ms`, or as soon as the signal aborts. Never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}
