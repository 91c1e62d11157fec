/** Steps that are undone, the last one first, when a later one fails. */
export interface Undo {
  /** Registers how to undo what is about to be done. */
  by(step: () => unknown): void
}

/** Runs `work`; when it throws, undoes its steps and throws the same error. */
export async function allOrNothing<T>(work: (undo: Undo) => Promise<T>): Promise<T> {
  const steps: (() => unknown)[] = []
  try {
    return await work({ by: (step) => steps.push(step) })
  } catch (error) {
    for (const step of steps.reverse()) await step()
    throw error
  }
}
