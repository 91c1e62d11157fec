/** What happened over time, counted: what the numbers are drawn from. */

/** Stretches of time of the same length; times are milliseconds. */
export interface Stretches {
  /** Nothing before it counts. */
  since: number
  /** How long each is, such as a day. */
  step: number
  /** Added to each time before it is divided, so that days begin at the reader's midnight. */
  offset: number
}

/** What happened in one stretch; a median or a cost is null when nothing is known. */
export interface Tally {
  /** The number of the stretch: `(time + offset) / step`, rounded down. */
  stretch: number
  landed: number
  /** Of what landed, from its claim on. */
  medianLeadMs: number | null
  gates: number
  redGates: number
  medianGateMs: number | null
  /** Attempts that were sent back. */
  bounced: number
  /** Of attempts that harnesses made, by when they began. Unknown is not zero. */
  costUsd: number | null
  unknownCosts: number
  /** Of the tickets that landed, all attempts at each together: the mean of those whose cost is known. */
  ticketCostUsd: number | null
}
