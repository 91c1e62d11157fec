/** Time of this machine. */
import type { Clock } from '../../ports/clock.ts'
import { wholeTurn } from '../../ports/patience.ts'

export const clock: Clock = { now: Date.now, monotonic: () => performance.now(), sleep }

/** Sleeps; input that arrived meanwhile is read before it ends. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(() => void wholeTurn().then(done), ms)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}
