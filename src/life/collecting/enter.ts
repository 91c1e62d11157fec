/** Takes what a script packs in a sandbox into the repository; what is refused of it is left out, and the rest comes in. */
import { join } from 'node:path'
import type { Received } from '../../ports/repo.ts'
import type { Sandbox, TakeResult } from '../../ports/sandbox.ts'
import { Excess, type Flaw, Flawed } from '../../ports/trouble.ts'
import type { World } from '../../ports/world.ts'
import { besideRef, type Member, rawRef } from '../names.ts'
import { takeBy } from './inside.ts'

export interface Packing {
  script: string
  /** Of the script: the base, what is known, the reserve and its KB. */
  args: [base: string, since: string, reserve: string, reserveKb: string]
}

export interface Entered {
  /** Of the last run of the script. */
  end: TakeResult
  /** Null when the script failed, or nothing could be taken in. */
  received: Received | null
  /** What was refused, and is not in what was received. */
  flaws: Flaw[]
  /** Why the repository takes nothing of it, one sentence each; then nothing is received although the script went well. */
  keptOut: string[]
}

/** An object that is refused may hide the next one: git names the first. */
const MOST_TRIES = 20

/** Throws Trouble when the repository cannot take it in for another reason than what it is. */
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

/** What the work is to blame for; throws everything else again. */
function ofTheWork(error: unknown): Excess | Flawed {
  if (error instanceof Excess || error instanceof Flawed) return error
  throw error
}

const nothingOf = ({ id, why }: Flaw) =>
  `Git refuses it, and nothing of it could be kept without that: ${why} (object ${id}).`
