/** Queue that lets a few work at once; the others wait for their turn, in order. */

/** Waits for a turn, and ends it with the work. Work must not wait for another turn: all of them could, for ever. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>

/** Makes a queue in which at most `most` work at once. */
export function queue(most: number): Turn {
  let busy = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    // Who leaves hands the place to the next, so that nobody who comes just then gets before.
    if (busy >= most) await new Promise<void>((begin) => waiting.push(begin))
    else busy++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else busy--
    }
  }
}
