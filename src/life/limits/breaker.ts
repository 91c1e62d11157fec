/**
 * Breaker: the same failure in one ticket after another does not come from the tickets. Everybody waits, and one person
 * is asked once.
 */
import type { Attempt } from '../../ports/attempts.ts'
import type { Tx } from '../../ports/store.ts'
import type { SendBackReason } from '../../ticket/events.ts'
import { alikeWithin, detailOf, FAILURES, signature } from '../../ticket/failures.ts'
import { firstLine } from '../../ticket/sentences.ts'
import { lineage } from '../tickets/lineage.ts'
import { calmSince, pauseIn } from './pauses.ts'

/**
 * Pauses everybody when enough attempts failed alike. Call it with the attempt that has just failed, in the transaction
 * that ended it.
 */
export async function breakIn(
  tx: Tx,
  now: number,
  failed: { ticket: number; reason: SendBackReason; detail: string },
): Promise<void> {
  const mark = signature(failed.reason, failed.detail)
  if (mark === null) return
  const since = now - alikeWithin(failed.reason)
  const alike = (await runOf(tx, now, mark)).filter(({ endedAt }) => (endedAt ?? 0) >= since)
  const most = FAILURES[failed.reason].alike
  if ((await families(tx, alike)) < most) return
  const reason = `The same failure in ${most} tickets in a row: ${failed.reason}: ${firstLine(failed.detail)}`
  await pauseIn(
    tx,
    now,
    { cause: 'same failure', harness: null, reason, until: null },
    {
      title: `The same failure in ${most} tickets in a row: ${failed.reason}`,
      description: `${evidence(alike)}\n\nAll agents are paused until you answer or close this question. Fix the cause first.`,
    },
  )
}

/**
 * Number of tickets of people that the attempts come from: many tickets filed by one agent say nothing about the fleet.
 */
async function families(tx: Tx, attempts: Attempt[]): Promise<number> {
  const roots = new Set<number>()
  for (const ticket of new Set(attempts.map((each) => each.ticket)))
    roots.add((await lineage(tx, ticket)).root)
  return roots.size
}

/** Number of attempts to look back. */
const RECENT = 50

/** Newest ended attempts that failed in this way, up to the first success or other failure. */
async function runOf(tx: Tx, now: number, mark: string): Promise<Attempt[]> {
  const calm = await calmSince(tx, now)
  const ended = (await tx.attempts({ limit: RECENT }))
    .filter(({ endedAt, outcome }) => endedAt !== null && endedAt > calm && TELLING.has(outcome))
    .sort((a, b) => (b.endedAt as number) - (a.endedAt as number))
  const other = ended.findIndex((attempt) => markOf(attempt) !== mark)
  return other === -1 ? ended : ended.slice(0, other)
}

/** Outcomes that say something about the cause; given-back and lost attempts do not. */
const TELLING = new Set<Attempt['outcome']>(['landed', 'finished', 'bounced'])

const markOf = ({ failure, reason }: Attempt): string | null =>
  failure && signature(failure, detailOf(failure, reason ?? ''))

const evidence = (attempts: Attempt[]) =>
  attempts.map(({ ticket, number, reason }) => `#${ticket}, attempt ${number}: ${reason ?? ''}`).join('\n\n')
