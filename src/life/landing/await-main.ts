/** Wait of everybody for a red `main`: a person is asked once, and agents resume when it is green. */
import type { Reads, Tx } from '../../ports/store.ts'
import type { Records, World } from '../../ports/world.ts'
import { afterMeeting, metAsWell, type RedMain, redQuestion, redSentence } from '../../ticket/red-main.ts'
import type { Ticket, TicketId } from '../../ticket/ticket.ts'
import { applyIn, must } from '../apply.ts'
import { isOpen, lift, pauseIn, pausesOf } from '../limits/pauses.ts'
import { metOf, putMet } from '../limits/red-main.ts'
import { MERGE_QUEUE } from '../names.ts'
import { judge } from './gate.ts'
import { mayAskAgain } from './recent.ts'

/** Handles an attempt at `ticket` that ended red only where `main` is red. */
export async function meetRedMain(tx: Tx, now: number, ticket: Ticket, main: RedMain): Promise<void> {
  const before = await metOf(tx)
  const met = afterMeeting(before, main.tree, ticket, await prioritiesInHand(tx))
  await putMet(tx, met)
  if (met.above === null) return
  const asked = (await pauseOf(tx, now))?.ticket ?? null
  const isNew = !(await isOpen(tx, asked))
  const pause = { cause: 'main is red', harness: null, reason: redSentence(main.on), until: null } as const
  await pauseIn(tx, now, pause, redQuestion(met, main.on))
  if (isNew || before.above === null || met.above <= before.above) return
  const comment = { type: 'comment', author: MERGE_QUEUE.name, body: metAsWell(ticket.id, met) } as const
  must(await applyIn(tx, now, asked as TicketId, comment, MERGE_QUEUE))
}

const pauseOf = async (store: Reads, now: number) =>
  (await pausesOf(store, now)).find(({ cause }) => cause === 'main is red')

async function prioritiesInHand(tx: Tx): Promise<number[]> {
  const live = await tx.attempts({ live: true })
  const tickets = await Promise.all(live.map(({ ticket }) => tx.ticket(ticket)))
  return tickets.flatMap((ticket) => (ticket ? [ticket.priority] : []))
}

/** Priority that a ticket must exceed to be tried while everybody waits for `main`; null: nobody waits. */
export const barOf = async ({ store, clock }: Records): Promise<number | null> =>
  (await pauseOf(store, clock.now())) ? (await metOf(store)).above : null

/**
 * Asks the gate of `main` when everybody waits and `main` has moved, or was asked long ago. Gives whether they go on
 * now.
 */
export async function lookAtMain(world: World, signal: AbortSignal): Promise<boolean> {
  const pause = await pauseOf(world.store, world.clock.now())
  if (!pause) return false
  const [met, tip] = await Promise.all([metOf(world.store), world.repo.tip()])
  const ref = `refs/heads/${world.repo.branch}`
  const of = { ticket: null, attempt: null, agent: MERGE_QUEUE.name, main: null, doubts: [] }
  const { verdict } = await judge(
    world,
    { commit: tip.commit, tree: tip.tree, ref, ...of },
    signal,
    (known) => !mayAskAgain(known, pause.since, world.clock.now()),
  )
  if (verdict === 'could not run' && met.tree === tip.tree) return false
  if (verdict !== 'red') return goOn(world, verdict === 'green' ? 'main is green again.' : 'main has moved.')
  if (met.tree !== tip.tree)
    await world.store.transact(async (tx) => putMet(tx, { ...(await metOf(tx)), tree: tip.tree }))
  return false
}

async function goOn(world: World, why: string): Promise<boolean> {
  const over = await lift(world, ({ cause }) => cause === 'main is red', why)
  if (over.length > 0) world.note(`agents resume: ${why}`)
  return over.length > 0
}
