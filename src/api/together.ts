/**
 * Shares one run of `work` between all who ask at once, as every open page does after an event. Calls during a run
 * share the next one, which sees everything up to now.
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
