/** How many tickets there are, by what stands between them and an agent. */

export interface Census {
  open: number
  inProgress: number
  ready: number
  done: number
  /** Open, and waiting for another ticket. */
  blocked: number
  needsPerson: number
  /** Of those that need a person: that wait for nothing else. */
  forPerson: number
  claimable: number
  /** Open, waiting for nothing else, and assigned to somebody by another name than `human`. */
  assigned: number
  /** Would be claimable if they did not back off. */
  backsOff: number
  /** When the first of these may be claimed; milliseconds since the epoch, null when there is none. */
  nextAt: number | null
}
