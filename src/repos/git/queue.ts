/** Lets few work at once, and the others wait for their turn, in order. */

/** Waits for a turn, and ends it with the work. Whoever has one must not wait for another: all of them could. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>

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
