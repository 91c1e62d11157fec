/** Outcomes of attempts and tickets: the values that are stored, and the words that people and agents read for them. */
import type { Resolution } from './ticket.ts'

/** Stored outcomes; databases and JSON keep these names. */
export const OUTCOMES = ['landed', 'finished', 'bounced', 'released', 'lost', 'refused'] as const
/** Outcome of an attempt that has ended. */
export type AttemptOutcome = (typeof OUTCOMES)[number]

const WORDS: Record<AttemptOutcome, string> = {
  landed: 'landed',
  finished: 'done without landing',
  bounced: 'sent back',
  released: 'given back',
  lost: 'lost',
  refused: 'cancelled',
}

/** Words for the outcome of an attempt; null: it has not ended. */
export const outcomeWords = (outcome: AttemptOutcome | null): string =>
  outcome === null ? 'in progress' : WORDS[outcome]

const RESOLUTION_WORDS: Record<Resolution, string> = {
  landed: 'landed',
  'no-change': 'no change needed',
  decomposed: 'split up',
  approved: 'approved',
  rejected: 'rejected',
  answered: 'answered',
  passed: 'passed',
  failed: 'failed',
  cancelled: 'cancelled',
}

/** Words for the resolution of a done ticket. */
export const resolutionWords = (resolution: Resolution): string => RESOLUTION_WORDS[resolution]
