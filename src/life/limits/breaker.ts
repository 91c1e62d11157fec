/** The same failure in one ticket after another is not the tickets': everybody waits, and one person is asked once. */
import type { Attempt, Tx } from '../../ports/store.ts'
import type { SendBackReason } from '../../ticket/events.ts'
import { alikeWithin, detailOf, FAILURES, signature } from '../../ticket/failures.ts'
import { firstLine } from '../../ticket/sentences.ts'
import { lineage } from '../tickets/lineage.ts'
import { calmSince, pauseIn } from './pauses.ts'

/** To be called with the attempt that has just failed, in the transaction that ended it. */
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
      description: `${evidence(alike)}\n\nNobody claims anything until you answer or close this. Mend the cause first.`,
    },
  )
}

/** How many tickets of people they come from: what one agent has filed says nothing about the fleet. */
async function families(tx: Tx, attempts: Attempt[]): Promise<number> {
  const roots = new Set<number>()
  for (const ticket of new Set(attempts.map((each) => each.ticket)))
    roots.add((await lineage(tx, ticket)).root)
  return roots.size
}

/** How far back it looks. */
const RECENT = 50

/** The newest ended attempts that failed in this way, up to the first that went well or failed in another. */
async function runOf(tx: Tx, now: number, mark: string): Promise<Attempt[]> {
  const calm = await calmSince(tx, now)
  const ended = (await tx.attempts({ limit: RECENT }))
    .filter(({ endedAt, outcome }) => endedAt !== null && endedAt > calm && TELLING.has(outcome))
    .sort((a, b) => (b.endedAt as number) - (a.endedAt as number))
  const other = ended.findIndex((attempt) => markOf(attempt) !== mark)
  return other === -1 ? ended : ended.slice(0, other)
}

/** What was handed back or lost says nothing about the cause. */
const TELLING = new Set<Attempt['outcome']>(['landed', 'finished', 'bounced'])

const markOf = ({ failure, reason }: Attempt): string | null =>
  failure && signature(failure, detailOf(failure, reason ?? ''))

const evidence = (attempts: Attempt[]) =>
  attempts.map(({ ticket, number, reason }) => `#${ticket}, attempt ${number}: ${reason ?? ''}`).join('\n\n')
