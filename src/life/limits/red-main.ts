/** Memory of a red `main`, in the store. */
import type { Reads, Tx } from '../../ports/store.ts'
import { forgotten, type Met, parseMet } from '../../ticket/red-main.ts'

const SETTING = 'red main'

/** Reads the memory. */
export const metOf = async (store: Reads): Promise<Met> => parseMet(await store.setting(SETTING))

/** Writes the memory. */
export const putMet = (tx: Tx, met: Met): Promise<void> => tx.putSetting(SETTING, JSON.stringify(met))

/** Clears the memory: nobody waits any more; with `goneOn`, milliseconds since the epoch, because a person said so. */
export const forgetMet = async (tx: Tx, goneOn: number | null): Promise<void> =>
  putMet(tx, forgotten(await metOf(tx), goneOn))

/** Moment since which failures count; one in the future was written by a wrong clock, and counts as 0. */
export async function goneOnAt(store: Reads, now: number): Promise<number> {
  const { goneOnAt: at } = await metOf(store)
  return at > now ? 0 : at
}
