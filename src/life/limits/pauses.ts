/** Pauses: nobody claims anything for a while. They are stored, so a restart ends none. */
import type { Reads, Tx } from '../../ports/store.ts'
import type { Records } from '../../ports/world.ts'
import type { Actor } from '../../ticket/commands.ts'
import { type Pause, type PauseCause, parsePauses, withPause } from '../../ticket/pauses.ts'
import { HUMAN, type TicketId } from '../../ticket/ticket.ts'
import { applyIn } from '../apply.ts'
import { fileIn } from '../tickets/file.ts'
import { grantIn } from './grants.ts'
import { forgetMet } from './red-main.ts'

const SETTING = 'pauses'
const SWARM: Actor = { kind: 'swarm', name: 'swarm' }

/** Reads the pauses in force at `now` (milliseconds since the epoch). */
export const pausesOf = async (store: Reads, now: number): Promise<Pause[]> =>
  parsePauses(await store.setting(SETTING), now)

/** Question about a pause, for a person. */
export interface Asking {
  title: string
  description: string
  /** Name that asks; default: the swarm's. */
  createdBy?: string
}

/** Adds the pause, or prolongs the one of the same cause. `asking` is filed unless it exists already. */
export async function pauseIn(
  tx: Tx,
  now: number,
  fresh: Omit<Pause, 'times' | 'ticket' | 'since'>,
  asking: Asking | null,
): Promise<void> {
  const pauses = await pausesOf(tx, now)
  const asked = pauses.find(({ cause }) => cause === fresh.cause)?.ticket ?? null
  const ticket = asking && !(await isOpen(tx, asked)) ? await file(tx, now, asking) : asked
  await write(tx, withPause(pauses, { ...fresh, since: now, ticket }))
}

async function file(
  tx: Tx,
  now: number,
  { title, description, createdBy = SWARM.name }: Asking,
): Promise<TicketId> {
  const question = { title, description, type: 'question', assignedTo: HUMAN, createdBy } as const
  return (await fileIn(tx, now, question, SWARM)).id
}

/** True for a ticket that exists and is not done. */
export async function isOpen(tx: Reads, ticket: TicketId | null): Promise<boolean> {
  if (ticket === null) return false
  const found = await tx.ticket(ticket)
  return found !== null && found.stage.status !== 'done'
}

/** Ends all pauses, as a person wants: the same as an answer to their questions. Gives the ended ones. */
export const liftAll = (records: Records): Promise<Pause[]> =>
  lift(records, () => true, 'A person resumed the agents.', 'a person')

/** Ends pauses and closes their questions. Gives the ended ones. */
export const lift = (
  { store, clock }: Records,
  isOver: (pause: Pause) => boolean,
  why: string,
  by: 'the swarm' | 'a person' = 'the swarm',
): Promise<Pause[]> =>
  store.transact(async (tx) => {
    const now = clock.now()
    const pauses = await pausesOf(tx, now)
    const over = pauses.filter(isOver)
    if (over.length === 0) return []
    await write(
      tx,
      pauses.filter((pause) => !over.includes(pause)),
    )
    for (const { cause, ticket } of over) {
      const isDecided = by === 'a person' || !(await isOpen(tx, ticket))
      if (cause === 'budget' && isDecided) await grantIn(tx, now)
      if (cause === 'main is red') await forgetMet(tx, isDecided ? now : null)
      if (cause === 'same failure') await tx.putSetting(CALM, String(now))
      if (await isOpen(tx, ticket))
        await applyIn(tx, now, ticket as TicketId, { type: 'cancel', reason: why }, SWARM)
    }
    return over
  })

/** Ends the pauses whose question a person has answered or closed. Gives the ended ones. */
export async function liftAnswered(records: Records): Promise<Pause[]> {
  const answered = new Set<PauseCause>()
  for (const { cause, ticket } of await pausesOf(records.store, records.clock.now()))
    if (ticket !== null && !(await isOpen(records.store, ticket))) answered.add(cause)
  return answered.size === 0 ? [] : lift(records, ({ cause }) => answered.has(cause), 'A person answered.')
}

/** Pauses everybody for a person, or changes the reason. */
export const pauseByHand = (records: Records, reason: string): Promise<void> =>
  records.store.transact(async (tx) => {
    await pauseIn(tx, records.clock.now(), { cause: 'person', harness: null, reason, until: null }, null)
  })

const CALM = 'calm'

/**
 * Moment up to which a person has looked at failures; milliseconds since the epoch. One in the future was written by a
 * wrong clock, and counts as 0.
 */
export async function calmSince(store: Reads, now: number): Promise<number> {
  const calm = Number((await store.setting(CALM)) ?? 0)
  return calm > now ? 0 : calm
}

const write = (tx: Tx, pauses: Pause[]) => tx.putSetting(SETTING, JSON.stringify(pauses))
