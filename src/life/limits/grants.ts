/**
 * Grants: a person lets the swarm continue although a budget is used up. From then on it may use the same amount again.
 */
import type { Reads, Tx } from '../../ports/store.ts'

/** Span of a budget of the swarm. */
export type Span = 'day' | 'total'

const ASKED = 'budget.asked'
const granted = (span: Span) => `budget.granted.${span}`

/** Records which budget the open question is about. */
export const askIn = (tx: Tx, span: Span): Promise<void> => tx.putSetting(ASKED, span)

/** Grants the budget in question again, as a person has answered. */
export async function grantIn(tx: Tx, now: number): Promise<void> {
  const span = await tx.setting(ASKED)
  if (span !== null) await tx.putSetting(granted(span as Span), String(now))
}

/**
 * Time of the last grant, in milliseconds since the epoch; attempts that ended earlier no longer count. A time after
 * `now` was written by a wrong clock, and counts as 0.
 */
export async function grantedAt(store: Reads, span: Span, now: number): Promise<number> {
  const at = Number((await store.setting(granted(span))) ?? 0)
  return at > now ? 0 : at
}
