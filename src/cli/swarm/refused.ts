/** The command cannot be done: one sentence that says why and what to do instead. Exit 1. */
export class Refused extends Error {
  override name = 'Refused'
  readonly exit: number

  constructor(sentence: string, exit = 1) {
    super(sentence)
    this.exit = exit
  }
}
