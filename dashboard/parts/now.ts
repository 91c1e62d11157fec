/** Clock of the page, for everything that shows an age. */
import { cell, useCell } from '../live/cell.ts'

const STEP_MS = 1000
const now = cell(Date.now())
let readers = 0
let timer: ReturnType<typeof setInterval> | undefined

/** Ticks once a second, and only while somebody reads it. */
const ticking = {
  ...now,
  subscribe: (listener: () => void) => {
    if (readers++ === 0) timer = setInterval(() => now.set(Date.now()), STEP_MS)
    const end = now.subscribe(listener)
    return () => {
      end()
      if (--readers === 0) clearInterval(timer)
    }
  },
}

/** Time in milliseconds since the epoch, updated every second. */
export const useNow = (): number => useCell(ticking)
