/** Recording of notices: follows the log, and adds one for each channel that wants it. Sends nothing. */
import type { Notice } from '../../ports/notices.ts'
import type { Channel } from '../../ports/notifier.ts'
import type { Tx } from '../../ports/store.ts'
import type { Records } from '../../ports/world.ts'
import { dueAt } from '../../ticket/due.ts'
import type { LogEntry } from '../../ticket/events.ts'
import { askOf, type NoticeContent, noticeOf } from '../../ticket/notice.ts'
import { needsPerson, type Ticket, type TicketId } from '../../ticket/ticket.ts'
import { proposingTicket } from '../agents/claim-proposing.ts'

/** Content of a notice, with its cause. */
export interface Told extends NoticeContent {
  about: string
  ticket: TicketId | null
}

const CURSOR = 'notify.seq'
const PAGE = 200

/**
 * Records notices of a page of events and gives their number; fewer than a page: none are left. Events before the first
 * call are not reported.
 */
export async function recordNotices({ store, clock }: Records, channels: Channel[]): Promise<number> {
  if ((await store.setting(CURSOR)) === String(await store.lastSeq())) return 0
  return store.transact(async (tx) => {
    const cursor = await tx.setting(CURSOR)
    const after = cursor === null ? await tx.lastSeq() : Number(cursor)
    const entries = await tx.events({ after, limit: PAGE })
    if (channels.length > 0)
      for (const entry of entries)
        for (const told of await noticesOf(tx, entry)) await put(tx, channels, told, entry.at)
    const proposing = await proposingTicket(tx)
    const last = entries.findLast(({ ticket }) => ticket !== proposing?.id)
    if (last?.event.type === 'done' && (await isAllDone(tx, proposing, clock.now())))
      await put(tx, channels, allDone(last.seq), last.at)
    await tx.putSetting(CURSOR, String(entries.at(-1)?.seq ?? after))
    return entries.length
  })
}

/** Records a notice that is not about an event of a ticket, such as a pause of the swarm. */
export const tell = ({ store, clock }: Records, channels: Channel[], told: Told): Promise<void> =>
  store.transact((tx) => put(tx, channels, told, clock.now()))

async function put(tx: Tx, channels: Channel[], { about, kind, ticket, body }: Told, at: number) {
  for (const channel of channels.filter(({ kinds }) => kinds.includes(kind))) {
    const fresh = { state: 'waiting', tries: 0, batch: null, detail: null } as const
    const due = dueAt(at, kind, channel)
    await tx.addNotice({ about, channel: channel.name, kind, ticket, body, at, due, ...fresh })
  }
}

async function noticesOf(tx: Tx, entry: LogEntry): Promise<Told[]> {
  const ticket = await tx.ticket(entry.ticket)
  const told = ticket && noticeOf(entry, ticket, await tx.openBlockers(entry.ticket))
  const own = told ? [{ ...told, about: `event ${entry.seq}`, ticket: entry.ticket }] : []
  return entry.event.type === 'done' ? [...own, ...(await unblocked(tx, entry))] : own
}

/** Notices of tickets for a person that were blocked by this one, and now wait for the person. */
async function unblocked(tx: Tx, { ticket: id, seq }: LogEntry): Promise<Told[]> {
  const told: Told[] = []
  for (const dependent of await tx.dependents(id)) {
    const ticket = await tx.ticket(dependent)
    if (!ticket || !needsPerson(ticket) || (await tx.openBlockers(dependent)) > 0) continue
    told.push({ about: `event ${seq} for ${dependent}`, ticket: dependent, kind: askOf(ticket), body: '' })
  }
  return told
}

/** True when nothing is left to do; an agent that only proposes does not count. */
async function isAllDone(tx: Tx, proposing: Ticket | null, now: number): Promise<boolean> {
  const { open, inProgress, ready } = await tx.census(now)
  const isProposed = proposing !== null && proposing.stage.status !== 'done'
  return open + inProgress + ready === (isProposed ? 1 : 0)
}

const allDone = (seq: number): Told => ({
  about: `all done ${seq}`,
  kind: 'all-done',
  ticket: null,
  body: 'All tickets are done. Nothing waits for you.',
})

/** True for a notice that requires an action of a person. */
export const isAsk = ({ kind }: Pick<Notice, 'kind'>): boolean =>
  kind !== 'landed' && kind !== 'all-done' && kind !== 'paused'
