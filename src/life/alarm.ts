/** Alarm that wakes the loop of ticks. */
import type { World } from '../ports/world.ts'

/** Makes an alarm. It remembers a ring until somebody waits for it; stopping the swarm also rings. */
export function alarm() {
  let rang = false
  let answer: (() => void) | null = null
  return {
    ring: () => {
      rang = true
      answer?.()
    },
    rung: async (world: World, ms: number) => {
      if (!rang) {
        const over = new AbortController()
        answer = () => over.abort('It rang.')
        await world.clock.sleep(ms, over.signal)
        answer = null
      }
      rang = false
    },
  }
}
