/**
 * One piece of work for all who ask at once, as every open page does after an event. Who comes while it is under way
 * gets the next one: that sees everything up to now.
 */
export function together<T>(work: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | null = null
  let following: Promise<T> | null = null

  function begin(): Promise<T> {
    following = null
    const begun = work().finally(() => {
      if (current === begun) current = null
    })
    current = begun
    return begun
  }

  return () => {
    if (current === null) return begin()
    following ??= current.then(begin, begin)
    return following
  }
}
