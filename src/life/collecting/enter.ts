/** Entry of a sandbox's work into the repository: refused objects are left out, and the rest comes in. */
import { join } from 'node:path'
import type { Received } from '../../ports/repo.ts'
import type { Sandbox, TakeResult } from '../../ports/sandbox.ts'
import { Excess, type Flaw, Flawed } from '../../ports/trouble.ts'
import type { World } from '../../ports/world.ts'
import { besideRef, type Member, rawRef } from '../names.ts'
import { takeBy } from './inside.ts'

/** Script that packs, with its arguments. */
export interface Packing {
  script: string
  /** Arguments of the script: the base, the known state, the reserve and its KB. */
  args: [base: string, since: string, reserve: string, reserveKb: string]
}

/** Result of an entry. */
export interface Entered {
  /** Result of the script's last run. */
  end: TakeResult
  /** Received commits; null when the script failed, or nothing could be taken in. */
  received: Received | null
  /** Objects that were refused, and are not in what was received. */
  flaws: Flaw[]
  /**
   * Reasons why the repository accepts nothing of it, one sentence each; nothing is received then although the script
   * succeeded.
   */
  keptOut: string[]
}

/** Maximum number of tries: a refused object may hide the next one, since git names the first. */
const MOST_TRIES = 20

/** Takes the work in. Throws Trouble when the repository fails for a reason other than the work itself. */
export async function enter(
  { repo, scratch }: World,
  sandbox: Sandbox,
  { ticket, attempt }: Member,
  { script, args }: Packing,
  signal: AbortSignal,
): Promise<Entered> {
  const bundle = join(scratch, `${ticket.id}-${attempt}.bundle`)
  const flaws: Flaw[] = []
  for (let tries = 1; ; tries++) {
    const ids = flaws.map(({ id }) => id).join(' ')
    const end = await takeBy(sandbox, [script, ...args, ids], bundle, signal)
    if (end.exit !== 0) return { end, received: null, flaws, keptOut: [] }
    const received = await repo
      .receive(bundle, rawRef(ticket.id, attempt), besideRef(ticket.id, attempt))
      .catch(ofTheWork)
    if (received instanceof Excess) return { end, received: null, flaws, keptOut: received.why }
    if (!(received instanceof Flawed)) return { end, received, flaws, keptOut: [] }
    const fresh = received.flaws.filter(({ id }) => !flaws.some((known) => known.id === id))
    if (fresh.length === 0 || tries === MOST_TRIES)
      return { end, received: null, flaws, keptOut: received.flaws.map(nothingOf) }
    flaws.push(...fresh)
  }
}

/** Error that the work is to blame for; throws every other error again. */
function ofTheWork(error: unknown): Excess | Flawed {
  if (error instanceof Excess || error instanceof Flawed) return error
  throw error
}

const nothingOf = ({ id, why }: Flaw) =>
  `Git refuses object ${id}, and the work cannot be saved without it: ${why}.`
