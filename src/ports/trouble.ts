/**
 * Trouble: the world failed, not the ticket. One class, a closed union of codes. Anything else that throws is a bug.
 * `engine`: no sandbox can be made here now, whoever wants one.
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
  /** Whether trying again later may help without anybody doing anything. */
  readonly retryable: boolean

  constructor(code: TroubleCode, sentence: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(sentence, { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? true
  }
}

const SHORT: unknown[] = ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM']

/** What the system said when it had no descriptor, process or memory left, as trouble that passes; null for all else. */
export function shortage(error: unknown): Trouble | null {
  if (!(error instanceof Error && 'code' in error && SHORT.includes(error.code))) return null
  return new Trouble('disk', `This machine is short of something: ${error.message}.`, { cause: error })
}

/** Work that is refused for what it is made of, before anybody looks into it; its agent can mend that. */
export class Excess extends Trouble {
  override name = 'Excess'
  /** One sentence each. */
  readonly why: string[]

  constructor(why: string[]) {
    super('git', `The work that was submitted is too much: ${why.join(' ')}`, { retryable: false })
    this.why = why
  }
}

/** Objects of work that the repository takes for malformed or dangerous; what does not hold them can be taken in. */
export class Flawed extends Trouble {
  override name = 'Flawed'
  /** Each by its id, with what git says of it. */
  readonly flaws: Flaw[]

  constructor(flaws: Flaw[]) {
    const said = flaws.map(({ id, why }) => `${why} (object ${id})`)
    super('git', `The work that was submitted is refused: ${said.join('; ')}.`, { retryable: false })
    this.flaws = flaws
  }
}

export interface Flaw {
  id: string
  why: string
}
