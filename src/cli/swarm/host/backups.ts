/** Copies of the tickets. */

/** Makes, lists and restores them. */
export interface Backups {
  /** Copies the tickets, reads the copy back, and keeps the newest 24. */
  backUp(): Promise<Backup & { tickets: number }>
  /** Newest first. */
  backups(): Promise<Backup[]>
  /** Puts a backup in the place of the tickets; `file` is a path, or a name among the backups. */
  restore(file: string): Promise<Restored>
}

/** One copy of the tickets: its file, its size and its time. */
export interface Backup {
  path: string
  bytes: number
  /** Milliseconds since the epoch. */
  at: number
}

/** Result of a restore: what it changed, and what a person may have to look at. */
export interface Restored {
  from: string
  /** The tickets as they were before; null when there were none. */
  aside: string | null
  tickets: number
  /** Landed since the backup, and written down again. */
  landed: number[]
  /** Refs of attempts that the backup does not know, kept under another name. */
  setAside: number
  /** Commits on `main` of which nobody knows a green receipt now, newest first. */
  unproven: string[]
}
