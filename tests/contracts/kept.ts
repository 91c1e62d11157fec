/** What a signal keeps of those that waited on it. */
import { getEventListeners } from 'node:events'

/** How many listeners it has, and signals that follow it: Node keeps a trace of each that `AbortSignal.any` made of it. */
export function keptBy(signal: AbortSignal): number {
  const followers = Object.getOwnPropertySymbols(signal).find(
    ({ description }) => description === 'kDependantSignals',
  )
  const traces: { size: number } | undefined = followers && Reflect.get(signal, followers)
  return getEventListeners(signal, 'abort').length + (traces?.size ?? 0)
}
