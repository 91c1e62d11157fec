/** Keeps in the store what is remembered of a `main` that is red. */
import type { Reads, Tx } from '../../ports/store.ts'
import { forgotten, type Met, parseMet } from '../../ticket/red-main.ts'

const SETTING = 'red main'

export const metOf = async (store: Reads): Promise<Met> => parseMet(await store.setting(SETTING))

export const putMet = (tx: Tx, met: Met): Promise<void> => tx.putSetting(SETTING, JSON.stringify(met))

/** Nobody waits for it any more; with `goneOn`, milliseconds since the epoch, because a person said so. */
export const forgetMet = async (tx: Tx, goneOn: number | null): Promise<void> =>
  putMet(tx, forgotten(await metOf(tx), goneOn))

/** Since when what is red counts; a moment that is still to come was written by a clock that was wrong. */
export async function goneOnAt(store: Reads, now: number): Promise<number> {
  const { goneOnAt: at } = await metOf(store)
  return at > now ? 0 : at
}
