/** Steps that are taken back, the last one first, when a later one fails. */
export interface Undo {
  /** How to take back what is about to be done. */
  by(step: () => unknown): void
}

/** All of `work`, or nothing of it. */
export async function allOrNothing<T>(work: (undo: Undo) => Promise<T>): Promise<T> {
  const steps: (() => unknown)[] = []
  try {
    return await work({ by: (step) => steps.push(step) })
  } catch (error) {
    for (const step of steps.reverse()) await step()
    throw error
  }
}
