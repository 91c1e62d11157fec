/** Words for the end of an agent's run. */
import type { HarnessEnd } from '../../ports/harness.ts'
import { STOPPED } from '../../ticket/transcript-words.ts'

/** Explains in a sentence why an attempt was stopped. */
export const handedBack = ({ reason }: AbortSignal): string =>
  typeof reason === 'string' ? reason : 'The attempt was stopped.'

/** Tells the transcript how a run ended. An agent that we stop, as when it gives its ticket back, has not failed. */
export function told(end: HarnessEnd, signal: AbortSignal) {
  if (end.ok) return { type: 'end', ok: true } as const
  const failed = { type: 'end', ok: false } as const
  if (signal.aborted) return { ...failed, reason: STOPPED, detail: handedBack(signal) }
  return { ...failed, reason: end.reason, detail: end.detail }
}
