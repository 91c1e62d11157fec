import type { Refusal } from './commands.ts'

/**
 * A refusal that is thrown: out of a transaction, which it undoes, or out of a command of `swarm`. Its message is one
 * sentence that says why, and what to do instead.
 */
export class Refused extends Error {
  override name = 'Refused'
  readonly refusal: Refusal
  /** The exit code of the command. */
  readonly exit: number

  constructor(said: Refusal | string, exit = 1) {
    const refusal: Refusal = typeof said === 'string' ? { refused: 'conflict', sentence: said } : said
    super(refusal.sentence)
    this.refusal = refusal
    this.exit = exit
  }
}
