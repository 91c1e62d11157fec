/**
 * Codes of trouble: the world failed, not the ticket. One class, a closed union of codes. Anything else that throws is
 * a bug. `engine`: no sandbox can be opened here now.
 */
export type TroubleCode =
  | 'disk'
  | 'git'
  | 'sandbox'
  | 'engine'
  | 'store'
  | 'network'
  | 'missing program'
  | 'config'

export class Trouble extends Error {
  override name = 'Trouble'
  readonly code: TroubleCode
  /** True when trying again later may help without anybody doing anything. */
  readonly retryable: boolean

  constructor(code: TroubleCode, sentence: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(sentence, { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? true
  }
}

const SHORT: unknown[] = ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM']

/** Converts the system's lack of descriptors, processes or memory to retryable Trouble; null for every other error. */
export function shortage(error: unknown): Trouble | null {
  if (!(error instanceof Error && 'code' in error && SHORT.includes(error.code))) return null
  return new Trouble('disk', `This machine is short of something: ${error.message}.`, { cause: error })
}

/** Work that is refused for its size, before anybody looks into it; its agent can fix that. */
export class Excess extends Trouble {
  override name = 'Excess'
  /** Reasons, one sentence each. */
  readonly why: string[]

  constructor(why: string[]) {
    super('git', `The work that was submitted is too much: ${why.join(' ')}`, { retryable: false })
    this.why = why
  }
}

/** Work with objects that the repository finds malformed or dangerous; without them it can be taken in. */
export class Flawed extends Trouble {
  override name = 'Flawed'
  /** Flaws, each with the object's id and git's words about it. */
  readonly flaws: Flaw[]

  constructor(flaws: Flaw[]) {
    const said = flaws.map(({ id, why }) => `${why} (object ${id})`)
    super('git', `The work that was submitted is refused: ${said.join('; ')}.`, { retryable: false })
    this.flaws = flaws
  }
}

/** Object that the receiving repository refuses. */
export interface Flaw {
  id: string
  why: string
}
