/** Census of tickets, by what stands between them and an agent. */

/** Numbers of tickets. */
export interface Census {
  open: number
  inProgress: number
  ready: number
  done: number
  /** Open tickets that wait for another ticket. */
  blocked: number
  needsPerson: number
  /** Tickets that need a person and wait for nothing else. */
  forPerson: number
  claimable: number
  /** Open tickets that wait for nothing else, and are assigned to another name than `human`. */
  assigned: number
  /** Tickets that would be claimable if they did not back off. */
  backsOff: number
  /** Earliest time at which one of these may be claimed; milliseconds since the epoch, null when there is none. */
  nextAt: number | null
}
