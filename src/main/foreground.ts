/** Serves in this process: for a person until Ctrl-C, or for the `swarm start` that spawned it. */
import { Refused } from '../cli/swarm/refused.ts'
import { Trouble } from '../ports/trouble.ts'
import type { Report } from './background.ts'
import type { Process } from './environment.ts'
import { type Log, serverLog } from './log-file.ts'
import type { Places } from './places.ts'

export async function serveHere(
  places: Places,
  flags: Record<string, string>,
  { terminal, environment, signal, version }: Process & { version: string },
): Promise<number> {
  const isSpawned = process.send !== undefined
  const log = serverLog(places.serverLog, (line) => {
    if (!isSpawned) terminal.write(`${new Date().toTimeString().slice(0, 8)} ${line}\n`)
  })
  endOnBugs(log)
  const { serve } = await import('./server.ts')
  try {
    await serve({
      ...{ places, flags, environment, version, log, signal },
      ready: (started) => {
        if (isSpawned) return tellParent({ started })
        if (started.sandbox.kind === 'process') terminal.write(`Sandbox: process, ${started.sandbox.why}\n`)
        terminal.write(`Dashboard, signed in (once, for ten minutes): ${started.login}\nCtrl-C stops it.\n`)
      },
    })
    return 0
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Trouble)) throw error
    if (!isSpawned) throw error
    log.note(`not started: ${error.message}`)
    await tellParent({ refused: error.message })
    return 1
  }
}

/** The parent may be gone by now, which is no matter. */
function tellParent(report: Report): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected) return resolve()
    process.send!(report, () => resolve())
  })
}

/** A state that nobody thought of: the log says what, and the next start repairs what was under way. */
function endOnBugs(log: Log): void {
  for (const kind of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(kind, (error: unknown) => {
      log.fatal(`bug (${kind}): ${error instanceof Error ? error.stack : String(error)}`)
      process.exit(70)
    })
}
