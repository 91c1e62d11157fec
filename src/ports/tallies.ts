/** Counts of what happened over time, which the charts are drawn from. */

/** Stretches of time of the same length; times are milliseconds. */
export interface Stretches {
  /** Start of the counted time. */
  since: number
  /** Length of each, such as a day. */
  step: number
  /** Added to each time before it is divided, so that days begin at the reader's midnight. */
  offset: number
}

/** Counts of one stretch; a median or a cost is null when nothing is known. */
export interface Tally {
  /** The number of the stretch: `(time + offset) / step`, rounded down. */
  stretch: number
  landed: number
  /** Median time from claim to landing, in milliseconds. */
  medianLeadMs: number | null
  gates: number
  redGates: number
  medianGateMs: number | null
  /** Attempts that were sent back. */
  bounced: number
  /** US dollars of harness attempts that began in this stretch. Unknown is not zero. */
  costUsd: number | null
  unknownCosts: number
  /** Mean cost in US dollars of a landed ticket, all its attempts together; tickets of unknown cost are left out. */
  ticketCostUsd: number | null
}
