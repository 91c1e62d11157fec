/** Remains of a server that did not end well. They are repaired before the next one begins. */
export interface LeftBehind {
  /** Tickets whose agents died with it: back on the ready list, or with a person. */
  lost: number[]
  /** Tickets whose commit had reached `main` before that was stored. */
  landed: number[]
  /** Number of commits that wait in the merge queue as before. */
  queued: number
  sandboxes: number
  /** Number of locks of a killed git, and of half-received objects. */
  locks: number
  halves: number
}
