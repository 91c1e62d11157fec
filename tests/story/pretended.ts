/** A harness that answers as a test says: the model is the edge of the world. */

import { NO_USAGE } from '../../src/ports/attempts.ts'
import type { Harness, HarnessEnd, HarnessTask } from '../../src/ports/harness.ts'
import type { SendBackReason } from '../../src/ticket/events.ts'

export type Answer = (task: HarnessTask) => HarnessEnd | Promise<HarnessEnd>

/** `answer` may change the checkout through the task's sandbox. */
export const pretended = (answer: Answer): Harness => ({
  name: 'scripted',
  run: async (task) => answer(task),
  sessions: null,
})

export const failed = (
  reason: SendBackReason,
  detail = 'As told.',
  { until = null, session = null }: { until?: number | null; session?: string | null } = {},
): HarnessEnd => ({ ok: false, session, usage: NO_USAGE, reason, detail, until })

export const well = (session: string | null = null): HarnessEnd => ({
  ok: true,
  session,
  usage: NO_USAGE,
  summary: 'Done.',
})

/** Writes a file of the ticket's own, with a tool, as a model does that answers. */
export async function works({ sandbox, ticket, emit }: HarnessTask): Promise<HarnessEnd> {
  emit({ type: 'tool_start', id: 'w', name: 'write', input: {} })
  await sandbox.write(`${sandbox.checkout}/t${ticket.id}.txt`, 'fine\n')
  emit({ type: 'tool_end', id: 'w', output: '', failed: false })
  return well()
}
