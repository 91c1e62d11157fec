/** Verdict of the gate about a tree. */
import type { Receipt } from '../ports/attempts.ts'
import type { Reads } from '../ports/store.ts'

const RECENT = 20

/** Finds the newest green receipt of a tree, else the newest of any kind, else null: it was never verified. */
export async function verdictOf(store: Reads, tree: string): Promise<Receipt | null> {
  const receipts = await store.receipts({ tree, limit: RECENT })
  return receipts.find(({ verdict }) => verdict === 'green') ?? receipts[0] ?? null
}
