/** Lets one at a time ask the same costly thing, so that who comes second finds what the first has found. */
import type { Store } from '../../ports/store.ts'

const last = new WeakMap<Store, Promise<unknown>>()

/** Does `work` when all that asked before have ended. Rejects as soon as the signal aborts, waiting or not. */
export async function inTurn<T>(store: Store, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const begin = () => {
    signal.throwIfAborted()
    return work()
  }
  const mine = (last.get(store) ?? Promise.resolve()).then(begin, begin)
  last.set(store, mine)
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort)
    mine.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
