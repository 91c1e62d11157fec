/** How the end of an agent's run is told. */
import type { HarnessEnd } from '../../ports/harness.ts'
import { STOPPED } from '../../ticket/transcript-words.ts'

/** Why an attempt was stopped, in a sentence. */
export const handedBack = ({ reason }: AbortSignal): string =>
  typeof reason === 'string' ? reason : 'The attempt was stopped.'

/** For the transcript. An agent that we stop, as when it gives its ticket back, has not failed. */
export function told(end: HarnessEnd, signal: AbortSignal) {
  if (end.ok) return { type: 'end', ok: true } as const
  const failed = { type: 'end', ok: false } as const
  if (signal.aborted) return { ...failed, reason: STOPPED, detail: handedBack(signal) }
  return { ...failed, reason: end.reason, detail: end.detail }
}
