/** Return of work: the ticket reopens with the evidence, backs off if its class says so, or goes to a person. */
import type { Attempt } from '../../ports/attempts.ts'
import type { Tx } from '../../ports/store.ts'
import type { World } from '../../ports/world.ts'
import type { Actor, Refusal } from '../../ticket/commands.ts'
import { endOf } from '../../ticket/cut.ts'
import type { SendBackReason } from '../../ticket/events.ts'
import { backoff, ENOUGH, ENOUGH_UNCHARGED, FAILURES } from '../../ticket/failures.ts'
import { afterReset, doubled, type PauseCause, triesOf } from '../../ticket/pauses.ts'
import type { RedMain } from '../../ticket/red-main.ts'
import { firstLine } from '../../ticket/sentences.ts'
import type { Ticket } from '../../ticket/ticket.ts'
import { applyIn, must, together } from '../apply.ts'
import { breakIn } from '../limits/breaker.ts'
import { pauseIn, pausesOf } from '../limits/pauses.ts'
import { meetRedMain } from './await-main.ts'

/** Work to send back. */
export interface SendBack {
  ticket: number
  attempt: number
  reason: SendBackReason
  /** Evidence; its end is stored. */
  detail: string
  /** Time when the account works again, if known; milliseconds since the epoch. */
  until?: number | null
  /** Red `main` that the work met, when it is red on nothing else. */
  main?: RedMain
  /** True when the swarm has tried often enough: a person must look, whatever the class says. */
  enough?: boolean
}

/** Characters of evidence that an event holds; the whole is in the receipt and the transcript. */
const DETAIL = 4000

/** Sends work back and gives the ticket; refuses, and changes nothing, when the attempt is over already. */
export function sendBack(world: World, bounced: SendBack, by: Actor): Promise<Ticket | Refusal> {
  const { ticket: id, attempt, reason } = bounced
  const { charged, front, person } = FAILURES[reason]
  const detail = endOf(bounced.detail, DETAIL)
  return together(world, async (tx, now) => {
    const before = await alikeBefore(tx, id, reason)
    const wait = backoff(reason, before)
    const isFirst = (await tx.ticket(id))?.charged === 0
    const command = {
      type: 'send-back',
      attempt,
      reason,
      detail,
      charged,
      notBefore: wait > 0 ? now + wait : null,
      front: front && isFirst,
    } as const
    const ticket = must(await applyIn(tx, now, id, command, by))
    await pauseFor(world, tx, now, bounced)
    if (bounced.main) await meetRedMain(tx, now, ticket, bounced.main)
    await breakIn(tx, now, { ticket: id, reason, detail })
    if (ticket.stage.status !== 'open') return ticket
    const isOwn = await isItsOwn(tx, ticket.id, reason, before)
    const why = asks(ticket, reason, { before, person: person || (bounced.enough ?? false), isOwn })
    if (why === null) return ticket
    const all = `${why}\n${await evidence(tx, id)}`
    return must(await applyIn(tx, now, id, { type: 'escalate', reason: all }, by))
  })
}

/** Number of the ticket's last attempts in a row that ended in this way. */
async function alikeBefore(tx: Tx, ticket: number, reason: SendBackReason): Promise<number> {
  const ended = (await tx.attempts({ ticket, limit: ENOUGH_UNCHARGED + 1 })).filter(
    ({ endedAt }) => endedAt !== null,
  )
  const other = ended.findIndex(({ failure }) => failure !== reason)
  return other === -1 ? ended.length : other
}

/** True when a failure that pauses everybody is the ticket's own: others could work while it failed again and again. */
async function isItsOwn(tx: Tx, ticket: number, reason: SendBackReason, before: number): Promise<boolean> {
  if (FAILURES[reason].pause === null) return true
  const own = await tx.attempts({ ticket, limit: before + 1 })
  const began = own.at(-1)?.startedAt ?? 0
  return (await tx.attempts({ limit: RECENT })).some(
    (other) =>
      other.ticket !== ticket &&
      (other.endedAt ?? 0) > began &&
      (other.outcome === 'landed' || other.outcome === 'finished'),
  )
}

/** Number of attempts to look at. */
const RECENT = 100

/** Pauses everybody when the class of a failure says so. */
export async function pauseFor(
  world: World,
  tx: Tx,
  now: number,
  { reason, detail, until }: Pick<SendBack, 'reason' | 'detail' | 'until'>,
): Promise<void> {
  const { pause, asks: isAsked, tries } = FAILURES[reason]
  // Whoever finds a budget used up, or main red, lets everybody wait by itself.
  if (pause === null || pause === 'until a person answers' || pause === 'until main is green') return
  const cause = reason as PauseCause
  const times = triesOf(await pausesOf(tx, now), cause, now)
  const ends =
    pause === 'until the reset'
      ? afterReset(until ?? null, now, world.random())
      : now + doubled(pause, times) * 1000
  const harness = world.harness.name
  const sentence = firstLine(detail)
  const asking = { title: `Agents cannot work: ${reason}`, description: `${sentence}\n\n${GOES_ON}` }
  const isLong =
    (isAsked && times + 1 >= tries) || (pause !== 'until the reset' && times + 1 >= ENOUGH_UNCHARGED)
  await pauseIn(tx, now, { cause, harness, reason: sentence, until: ends }, isLong ? asking : null)
}

const GOES_ON =
  'All agents are paused, and no ticket is charged for it. Fix the cause. One attempt retries from time to time, and at once when you answer or close this question.'

function asks(
  ticket: Ticket,
  reason: SendBackReason,
  { before, person, isOwn }: { before: number; person: boolean; isOwn: boolean },
): string | null {
  const back = `'ticket unclaim ${ticket.id}'`
  if (reason === 'budget')
    return `The ticket has used up its budget. Give it the same budget again with ${back}.`
  if (ticket.charged >= ENOUGH)
    return `${ticket.charged} attempts failed, the last one with: ${reason}. Look at their evidence, then give the ticket back with ${back}.`
  if (person) return `${reason}: agents cannot fix this. Fix it, then give the ticket back with ${back}.`
  if (before + 1 < ENOUGH_UNCHARGED || !isOwn) return null
  return `${before + 1} attempts in a row failed: ${reason}. Fix the cause, then give the ticket back with ${back}.`
}

/** First lines of the reasons of all attempts since a person last looked. */
async function evidence(tx: Tx, ticket: number): Promise<string> {
  const failed = (await tx.attempts({ ticket, limit: ENOUGH_UNCHARGED })).filter(
    ({ outcome }) => outcome === 'bounced' || outcome === 'lost',
  )
  return failed.reverse().map(line).join('\n')
}

const line = ({ number, reason }: Attempt) => `Attempt ${number}: ${firstLine(reason ?? '')}`
