/** Long work in pieces, so that nobody else waits for its end. */

/** Items per piece: they take a few milliseconds at most. */
const PIECE = 1000

/** Collects what `each` gives for all items of a list, in order; other work gets a turn after every 1,000 items. */
export async function inTurns<T, R>(list: readonly T[], each: (item: T) => readonly R[]): Promise<R[]> {
  const given: R[] = []
  for (const [at, item] of list.entries()) {
    if (at > 0 && at % PIECE === 0) await new Promise((go) => setImmediate(go))
    given.push(...each(item))
  }
  return given
}

let last: Promise<void> = Promise.resolve()

/**
 * Resolves in a turn of the loop of the caller's own. Await it before starting a program: everybody else waits until
 * the system has made the process, which takes a busy machine 0.1 s, and many in one turn take seconds.
 */
export function turnToStart(): Promise<void> {
  last = last.then(() => new Promise((go) => setImmediate(go)))
  return last
}
