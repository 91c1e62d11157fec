/**
 * Time for which a gate's word is taken about what may change by itself: a date, a network or a tool of this machine
 * can turn `main` red without anybody's doing, and green again.
 */
import type { Receipt } from '../../ports/attempts.ts'

type Run = Pick<Receipt, 'startedAt' | 'durationMs'>

const MINUTE = 60_000

const endOf = ({ startedAt, durationMs }: Run) => startedAt + durationMs

/** Milliseconds: twice what the gate took, so that gates have time for more than that. */
const believed = ({ durationMs }: Run) => Math.max(2 * MINUTE, 2 * durationMs)

/** Tells whether a run began after `now`, milliseconds since the epoch: the clock was wrong then. */
export const isAhead = ({ startedAt }: Run, now: number): boolean => startedAt > now

/** Tells whether a run shows how it is at `now`, milliseconds since the epoch. */
export const isRecent = (run: Run, now: number): boolean =>
  !isAhead(run, now) && endOf(run) + believed(run) > now

/**
 * Tells whether to ask `main` again at `now`, when everybody waits since `since` and `known` was its last run: ever
 * more rarely, the longer it is red. All in milliseconds since the epoch.
 */
export const mayAskAgain = (known: Run, since: number, now: number): boolean =>
  isAhead(known, now) || now - endOf(known) >= Math.max(10 * MINUTE, believed(known), (now - since) / 2)
