/** Reads at one point of the log, from which a page folds later events. */
import type { Reads, Store } from '../ports/store.ts'

/** Number of tries: others may write between two reads. After these, the writers wait once. */
const TRIES = 3

/** Reads everything at one point of the log, and gives it with that point. */
export async function atOneMoment<T>(store: Store, read: (store: Reads) => Promise<T>) {
  const numbered = async (from: Reads) => ({ seq: await from.lastSeq(), ...(await read(from)) })
  for (let tries = 0; tries < TRIES; tries++) {
    const found = await numbered(store)
    if ((await store.lastSeq()) === found.seq) return found
  }
  return store.transact(numbered)
}
