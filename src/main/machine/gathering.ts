/** Questions of one moment, asked together. */

/**
 * Makes a function that answers each question by itself. All questions of one turn of the event loop are one call of
 * `ask`, which answers in their order.
 */
export function gathering<Q, A>(ask: (questions: Q[]) => Promise<A[]>): (question: Q) => Promise<A> {
  let waiting: Q[] = []
  let answers: Promise<A[]> | null = null
  return async (question) => {
    const at = waiting.push(question) - 1
    answers ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      const asked = waiting
      waiting = []
      answers = null
      return ask(asked)
    })
    return (await answers)[at] as A
  }
}
