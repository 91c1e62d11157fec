/**
 * For how long a gate's word about what may change by itself is taken: a date, a network or a tool of this machine can
 * turn `main` red without anybody's doing, and green again.
 */
import type { Receipt } from '../../ports/store.ts'

type Run = Pick<Receipt, 'startedAt' | 'durationMs'>

const MINUTE = 60_000

const endOf = ({ startedAt, durationMs }: Run) => startedAt + durationMs

/** Milliseconds: twice what the gate took, so that gates have time for more than that. */
const believed = ({ durationMs }: Run) => Math.max(2 * MINUTE, 2 * durationMs)

/** Whether a run tells how it is at `now`, milliseconds since the epoch. */
export const isRecent = (run: Run, now: number): boolean => endOf(run) + believed(run) > now

/**
 * Whether a `main` for which everybody waits since `since`, and which `known` tells of, is asked again at `now`: ever more
 * rarely, the longer it is red. All in milliseconds since the epoch.
 */
export const mayAskAgain = (known: Run, since: number, now: number): boolean =>
  now - endOf(known) >= Math.max(10 * MINUTE, believed(known), (now - since) / 2)
