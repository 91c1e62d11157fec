/** What takes its time is done in pieces, so that nobody else waits for its end. */

/** So many of a list take a few milliseconds at most. */
const PIECE = 1000

/** What `each` gives for all of a list, in order; others have their turn after every thousand. */
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
 * Resolves in a turn of the loop in which nobody else is told so. Who starts a program waits for it first: everybody else
 * waits until the system has made the process, which takes a busy machine a tenth of a second, and many in one turn
 * take whole ones.
 */
export function turnToStart(): Promise<void> {
  last = last.then(() => new Promise((go) => setImmediate(go)))
  return last
}
