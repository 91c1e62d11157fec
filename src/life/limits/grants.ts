/** When a person let the swarm go on although a budget of its was used up: from then on it may use as much again. */
import type { Reads, Tx } from '../../ports/store.ts'

export type Span = 'day' | 'total'

const ASKED = 'budget.asked'
const granted = (span: Span) => `budget.granted.${span}`

/** Which budget the open question is about. */
export const askIn = (tx: Tx, span: Span): Promise<void> => tx.putSetting(ASKED, span)

/** The question has been answered. */
export async function grantIn(tx: Tx, now: number): Promise<void> {
  const span = await tx.setting(ASKED)
  if (span !== null) await tx.putSetting(granted(span as Span), String(now))
}

/** Milliseconds since the epoch; what attempts cost that had ended before does not count any more. */
export const grantedAt = async (store: Reads, span: Span): Promise<number> =>
  Number((await store.setting(granted(span))) ?? 0)
