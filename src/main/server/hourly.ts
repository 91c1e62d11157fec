/** Hourly backups of the tickets while the server runs, in a process of its own: a copy takes its time. */
import { execFile } from 'node:child_process'
import type { Clock } from '../../ports/clock.ts'

const HOUR = 3_600_000
/** Milliseconds before the first look: a start has other things to do. */
const FIRST = 5000

/** Parts of the hourly backup. */
export interface Keeper {
  clock: Clock
  /** Time of the newest backup, in milliseconds since the epoch; null when there is none. */
  newest: () => number | null
  backUp: (signal: AbortSignal) => Promise<void>
  note: (line: string) => void
}

/** Backs up hourly. Resolves when the signal has aborted and no backup is under way. */
export async function backUpHourly(
  { clock, newest, backUp, note }: Keeper,
  signal: AbortSignal,
): Promise<void> {
  // A backup of the future is of a clock that was set back since: then it is time for one.
  const age = clock.now() - (newest() ?? 0)
  await clock.sleep(age >= 0 && age < HOUR ? HOUR - age : FIRST, signal)
  while (!signal.aborted) {
    await backUp(signal).catch((failure) => {
      if (!signal.aborted) note(`the hourly backup failed: ${failure}`)
    })
    await clock.sleep(HOUR, signal)
  }
}

const LONGEST = 10 * 60_000

/** Makes a backup by the program `swarm` in the folder of the project. Rejects with its stderr. */
export const backUpBeside =
  (program: string, folder: string) =>
  (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const options = { cwd: folder, signal, timeout: LONGEST }
      execFile(process.execPath, [program, 'backup', '--format', 'json'], options, (error, _, stderr) =>
        error ? reject(stderr.trim() || error.message) : resolve(),
      )
    })
