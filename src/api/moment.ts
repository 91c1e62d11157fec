/** Reads that belong to one point of the log, from which a page folds on. */
import type { Reads, Store } from '../ports/store.ts'

/** Others may write between two reads; then it is read again. Under steady fire the writers wait once. */
const TRIES = 3

export async function atOneMoment<T>(store: Store, read: (store: Reads) => Promise<T>) {
  const numbered = async (from: Reads) => ({ seq: await from.lastSeq(), ...(await read(from)) })
  for (let tries = 0; tries < TRIES; tries++) {
    const found = await numbered(store)
    if ((await store.lastSeq()) === found.seq) return found
  }
  return store.transact(numbered)
}
