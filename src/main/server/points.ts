/** The names of the points at which a server can be made to die; see failpoints.ts. */
import { EVENT_TYPES } from '../../ticket/events.ts'

/** Steps whose result lasts. Of the store: the kinds of events, and the rows beside them. */
export const STEPS = [
  ...EVENT_TYPES,
  'base',
  'work',
  'lease',
  'candidate',
  'receipt',
  'setting',
  'git recover',
  'git receive',
  'git commit',
  'git keep',
  'git advance',
  'sandboxes reap',
  'sandbox open',
  'sandbox take',
  'session keep',
  'sandbox close',
] as const
/** Step before or after which a server can be made to die. */
export type Step = (typeof STEPS)[number]

export const POINTS: readonly string[] = STEPS.flatMap((step) => [`${step} before`, `${step} after`])
