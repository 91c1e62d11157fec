/**
 * Delivery of the due notices of one channel, as one message. A notice is marked before it is sent: after a crash it is
 * sent again only where the receiver knows it by its id; elsewhere it is noted as unsure (ADR on notifications).
 */
import { createHash } from 'node:crypto'
import type { Notice } from '../../ports/notices.ts'
import type { Channel, Delivery, Item, Message, Post } from '../../ports/notifier.ts'
import type { World } from '../../ports/world.ts'
import { actionsFor, headline, isUrgent } from '../../ticket/notice.ts'
import { needsPerson } from '../../ticket/ticket.ts'
import { isAsk } from './record.ts'

type Office = Pick<World, 'store' | 'clock' | 'note'> & { post: Post }

/** Maximum notices of one message. */
const BATCH = 10
/** Tries after which a notice is given up: 1.5 hours in all. */
const TRIES = 10
const FIRST_WAIT_MS = 10_000
const LONGEST_WAIT_MS = 3_600_000
const BODY = 1500

/** Sends the due notices; gives false when there were none. */
export async function deliver(office: Office, channel: Channel, signal: AbortSignal): Promise<boolean> {
  const taken = await take(office, channel)
  if (taken.length === 0) return false
  const items = await Promise.all(taken.map((notice) => itemOf(office, channel, notice)))
  const message: Message = {
    id: taken[0]!.batch!,
    at: office.clock.now(),
    title: items.length === 1 ? items[0]!.title : `${items.length} notices`,
    urgent: taken.some(({ kind }) => isUrgent(kind)),
    items,
  }
  await recordDelivery(office, channel, taken, await sent(channel, message, signal))
  return true
}

/** Sends a message; an adapter that throws has a bug, which must not stop the swarm. */
const sent = (channel: Channel, message: Message, signal: AbortSignal): Promise<Delivery> =>
  channel.notifier.send(message, signal).catch((error: unknown) => ({ kind: 'unsure', why: `Bug: ${error}` }))

/** Takes the oldest due notice and those of its message: the ones of its earlier try, or else everything new. */
const take = ({ store, clock }: Office, channel: Channel): Promise<Notice[]> =>
  store.transact(async (tx) => {
    const now = clock.now()
    const filter = { states: ['waiting'], channel: channel.name, dueBy: now, limit: 1000 } as const
    const due = (await tx.notices(filter)).reverse()
    const [first] = due
    const mates = due.filter(({ batch }) => batch === first?.batch).slice(0, BATCH)
    const taken: Notice[] = []
    for (const notice of mates) {
      const ticket = notice.ticket === null ? null : await tx.ticket(notice.ticket)
      const isOver = isAsk(notice) && !(ticket && needsPerson(ticket))
      const batch = first!.batch ?? batchOf(first!)
      const now = {
        ...notice,
        batch,
        tries: notice.tries + 1,
        state: isOver ? 'dropped' : 'sending',
      } as const
      await tx.putNotice(now)
      if (!isOver) taken.push(now)
    }
    return taken
  })

/** Name of a message, which nobody can guess. */
const batchOf = ({ id, about, at, channel }: Notice): string =>
  `swarm-${createHash('sha256').update(`${channel} ${id} ${about} ${at}`).digest('hex').slice(0, 24)}`

async function itemOf({ store, clock, post }: Office, channel: Channel, notice: Notice): Promise<Item> {
  const { kind, body } = notice
  const ticket = notice.ticket === null ? null : await store.ticket(notice.ticket)
  const actions = ticket && channel.actions && isAsk(notice) ? actionsFor(ticket) : []
  const urls = actions.map((action) => {
    const about = { action, ticket: ticket!.id, attempts: ticket!.attempts, now: clock.now() }
    return { action, url: post.actionUrl(about) }
  })
  return {
    kind,
    ticket: notice.ticket,
    title: headline(kind, ticket),
    body: (body || (ticket?.description ?? '')).slice(0, BODY),
    link: ticket && post.pageOf(ticket.id),
    actions: urls.filter((each): each is Item['actions'][number] => each.url !== null),
  }
}

async function recordDelivery(
  office: Office,
  channel: Channel,
  taken: Notice[],
  delivery: Delivery,
): Promise<void> {
  const { store, clock, note } = office
  const settled = taken.map((notice) => ({ ...notice, ...after(notice, channel, delivery, clock.now()) }))
  await store.transact(async (tx) => {
    for (const notice of settled) await tx.putNotice(notice)
  })
  for (const { state, kind, ticket, detail } of settled)
    if (state === 'dead' || state === 'unsure')
      note(
        `notify: ${kind}${ticket === null ? '' : ` #${ticket}`} through ${channel.name} is ${state}: ${detail}`,
      )
}

type After = Pick<Notice, 'state' | 'due' | 'detail'>

function after({ tries, due }: Notice, channel: Channel, delivery: Delivery, now: number): After {
  if (delivery.kind === 'sent') return { state: 'sent', due, detail: null }
  const { why: detail } = delivery
  const again = delivery.kind === 'unsure' ? channel.notifier.repeatable : delivery.retryable
  if (!again) return { state: delivery.kind === 'unsure' ? 'unsure' : 'dead', due, detail }
  if (tries >= TRIES) return { state: 'dead', due, detail }
  const wait = (delivery.kind === 'refused' && delivery.waitMs) || FIRST_WAIT_MS * 2 ** (tries - 1)
  return { state: 'waiting', due: now + Math.min(wait, LONGEST_WAIT_MS), detail }
}

/** Recovers after a crash: a notice that was being sent may have arrived. */
export async function recoverNotices({ store, clock, note, post }: Office): Promise<void> {
  const channels = new Map((await post.channels()).map((channel) => [channel.name, channel]))
  const left = await store.notices({ states: ['sending'], limit: 1000 })
  for (const notice of left) {
    const again = channels.get(notice.channel)?.notifier.repeatable ?? false
    const detail = 'The server ended while it was sent. It may have arrived, and is not sent again.'
    const state = again
      ? ({ state: 'waiting', due: clock.now() } as const)
      : ({ state: 'unsure', detail } as const)
    await store.transact((tx) => tx.putNotice({ ...notice, ...state }))
    if (!again) note(`notify: ${notice.kind} through ${notice.channel} is unsure: ${detail}`)
  }
}

/** Sends a test message, past every filter and quiet hour. */
export const tryOut = ({ notifier }: Channel, now: number, signal: AbortSignal): Promise<Delivery> => {
  const title = 'A test from swarm'
  const body = 'If you can read this, the channel works.'
  const item = { kind: 'all-done', ticket: null, title, body, link: null, actions: [] } as const
  const message = {
    id: `swarm-test-${now}`,
    at: now,
    title,
    urgent: false,
    items: [{ ...item, actions: [] }],
  }
  return notifier.send(message, signal)
}
