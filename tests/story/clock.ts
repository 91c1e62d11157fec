/** A clock that only a test turns. */
import type { Clock } from '../../src/ports/clock.ts'

export interface HandClock extends Clock {
  /** Lets `ms` pass: whoever sleeps until then wakes up, in order. */
  turn(ms: number): void
  /** Somebody sets the wall clock: no time passes. */
  jump(ms: number): void
  /** How many sleep. */
  sleepers(): number
}

export function handClock(start = Date.UTC(2026, 0, 1)): HandClock {
  let passed = 0
  let wall = start
  const sleepers = new Set<{ until: number; wake: () => void }>()
  return {
    now: () => wall + passed,
    monotonic: () => passed,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const sleeper = { until: passed + ms, wake: () => end() }
        const end = () => {
          sleepers.delete(sleeper)
          signal.removeEventListener('abort', end)
          resolve()
        }
        signal.addEventListener('abort', end, { once: true })
        sleepers.add(sleeper)
      }),
    turn(ms) {
      passed += ms
      for (const sleeper of [...sleepers].sort((a, b) => a.until - b.until))
        if (sleeper.until <= passed) sleeper.wake()
    },
    jump(ms) {
      wall += ms
    },
    sleepers: () => sleepers.size,
  }
}
