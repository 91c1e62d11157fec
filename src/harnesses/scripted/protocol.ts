/** Protocol of the scripted agent: its task on stdin; then our own events, one JSON object per line, and its end. */
import * as z from 'zod'
import type { HarnessEvent } from '../../ports/harness.ts'
import { SEND_BACK_REASONS } from '../../ticket/events.ts'
import { HARNESS_EVENT } from '../../ticket/transcript.ts'

export const TASK = z.object({
  ticket: z.object({ id: z.int(), title: z.string(), description: z.string().nullable() }),
  attempt: z.int(),
  access: z.enum(['change', 'read']),
  occasion: z.enum(['start', 'red', 'conflict', 'rejected', 'asked', 'again']),
  session: z.string().nullable(),
})
/** Task of a run. */
export type Task = z.infer<typeof TASK>

/** Folder of the agent's sessions, relative to its home. */
export const SESSIONS = '.scripted'

const END = z.discriminatedUnion('ok', [
  z.object({ type: z.literal('end'), ok: z.literal(true), summary: z.string() }),
  z.object({
    type: z.literal('end'),
    ok: z.literal(false),
    reason: z.enum(SEND_BACK_REASONS),
    detail: z.string(),
    until: z.number().nullable(),
  }),
])
/** End of a run. */
export type End = z.infer<typeof END>

const LINE = z.union([HARNESS_EVENT, END])

/** Parses a line. Never throws: a line that is neither an event nor an end becomes `other`. */
export function readLine(line: string): HarnessEvent | End {
  let raw: unknown
  try {
    raw = JSON.parse(line)
  } catch {
    return { type: 'other', raw: line }
  }
  return LINE.safeParse(raw).data ?? { type: 'other', raw }
}
