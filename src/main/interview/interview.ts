/** An interview from its beginning to what it leaves behind. The project is only read. */
import type { Interviewed, Interviewer } from '../../cli/swarm/host/setup.ts'
import { clock } from '../machine/clock.ts'
import type { Environment } from '../machine/environment.ts'
import type { Person } from '../project/person.ts'
import { copyOf, type Original, written } from './copy.ts'
import { cannotInterview, interview } from './interviewer.ts'
import { WRITES } from './outcome.ts'

/** Circumstances of an interview. */
export interface Occasion {
  original: Original
  /** Paths that are not committed, which the interviewer does not see. */
  dirty: readonly string[]
  /** Reads a committed file; null when it is missing. */
  read(path: string): string | null
  person: Person
  environment: Environment
  /** Reads the model from the settings, only when an interview is held. */
  model(): string | null
  signal: AbortSignal
}

/** Makes the interviewer; `missing` explains why none can be held, or is null. */
export function interviewerFor(occasion: Occasion): Interviewer {
  const inTheWay = WRITES.filter((path) => occasion.dirty.includes(path) && occasion.read(path) !== null)
  const missing =
    inTheWay.length > 0
      ? `${inTheWay.join(' and ')} has changes that are not committed. Commit them first.`
      : cannotInterview(occasion.environment)
  return { missing, hold: () => hold(occasion) }
}

async function hold({ original, read, person, ...occasion }: Occasion): Promise<Interviewed | null> {
  const copy = await copyOf(original, person.host)
  try {
    const outcome = await interview({ ...occasion, ...copy, model: occasion.model(), clock })
    if (outcome === null) return null
    const files = WRITES.flatMap((path) => {
      const text = written(copy, path)
      const before = read(path)
      return text === null || text === before ? [] : [{ path, before, text }]
    })
    return { files, tickets: outcome.tickets }
  } finally {
    await copy.remove()
  }
}
