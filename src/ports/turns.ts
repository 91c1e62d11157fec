/** Long lists are gone through in pieces, so that nobody else waits for their end. */

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
