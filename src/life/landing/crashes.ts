/**
 * Crashes of the server, counted for the tickets in hand. A ticket may make git, the gate or the server crash, and
 * would then be taken again at each start.
 */
import type { Attempt, Landing } from '../../ports/attempts.ts'
import type { Tx } from '../../ports/store.ts'
import type { World } from '../../ports/world.ts'
import type { Actor } from '../../ticket/commands.ts'
import { liveAttempt, type Ticket } from '../../ticket/ticket.ts'
import { applyIn, must, together } from '../apply.ts'
import { sendBack } from './send-back.ts'

const BY: Actor = { kind: 'swarm', name: 'rescue' }

/** Number of crashes with the same ticket in hand, after which a person decides. */
export const CRASHES_ENOUGH = 3

/** Stored state: the landing under way, and the number of crashes by ticket. */
interface InHand {
  landing: Pick<Landing, 'ticket' | 'attempt'> | null
  crashes: Record<string, number>
}

const SETTING = 'in hand'

async function read(store: Pick<Tx, 'setting'>): Promise<InHand> {
  const text = await store.setting(SETTING)
  return text === null ? { landing: null, crashes: {} } : JSON.parse(text)
}

const write = (tx: Tx, inHand: InHand) => tx.putSetting(SETTING, JSON.stringify(inHand))

/** Records the landing that the merge queue begins with; null when it is idle. */
export async function markLanding(world: World, landing: Landing | null): Promise<void> {
  const at = landing && { ticket: landing.ticket, attempt: landing.attempt }
  const before = await read(world.store)
  if (before.landing?.ticket === at?.ticket && before.landing?.attempt === at?.attempt) return
  await world.store.transact(async (tx) => write(tx, { ...(await read(tx)), landing: at }))
}

/**
 * Counts a crash for the lost attempts and the landing under way. A ticket in hand too often goes to a person, and is
 * not charged: another one may be the cause.
 */
export async function countCrash(world: World, lost: Attempt[]): Promise<void> {
  const { landing } = await read(world.store)
  const tickets = new Set([...lost.map(({ ticket }) => ticket), ...(landing ? [landing.ticket] : [])])
  if (tickets.size === 0) return
  const submitted = await together(world, async (tx, now) => {
    const before = await read(tx)
    const crashes: InHand['crashes'] = {}
    const inMergeQueue: Ticket[] = []
    for (const id of new Set([...Object.keys(before.crashes).map(Number), ...tickets])) {
      const ticket = await tx.ticket(id)
      const count = (before.crashes[id] ?? 0) + (tickets.has(id) ? 1 : 0)
      if (!ticket || ticket.stage.status === 'done') continue
      if (count < CRASHES_ENOUGH) crashes[id] = count
      else if (ticket.stage.status === 'ready') inMergeQueue.push(ticket)
      else if (ticket.stage.status === 'open' && ticket.stage.assignedTo === null)
        must(await applyIn(tx, now, id, { type: 'escalate', reason: asking(id) }, BY))
    }
    await write(tx, { landing: null, crashes })
    return inMergeQueue
  })
  if ('refused' in submitted) throw new Error(submitted.sentence)
  for (const ticket of submitted) {
    const attempt = liveAttempt(ticket)
    const sent = { ticket: ticket.id, reason: 'infrastructure', detail: sentence, enough: true } as const
    if (attempt !== null) await sendBack(world, { ...sent, attempt }, BY)
  }
}

const sentence = `The server ended ${CRASHES_ENOUGH} times while it worked on this ticket.`

const asking = (id: number) =>
  `${sentence} Look for the cause with 'swarm logs server'. Then give the ticket back with 'ticket unclaim ${id}'.`
