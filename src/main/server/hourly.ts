/** Backs the tickets up once an hour for as long as the server runs, in a process of its own: a copy takes its time. */
import { execFile } from 'node:child_process'
import type { Clock } from '../../ports/clock.ts'

const HOUR = 3_600_000
/** Not in the first moment of a start, which has other things to do. */
const FIRST = 5000

export interface Keeper {
  clock: Clock
  /** When the newest backup was taken, milliseconds since the epoch; null when there is none. */
  newest: () => number | null
  backUp: (signal: AbortSignal) => Promise<void>
  note: (line: string) => void
}

/** Resolves when the signal has aborted and no backup is under way any more. */
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

/** By `program`, which is `swarm`, in the folder of the project. */
export const backUpBeside =
  (program: string, folder: string) =>
  (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const options = { cwd: folder, signal, timeout: LONGEST }
      execFile(process.execPath, [program, 'backup', '--format', 'json'], options, (error, _, stderr) =>
        error ? reject(stderr.trim() || error.message) : resolve(),
      )
    })
