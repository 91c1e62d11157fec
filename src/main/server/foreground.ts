/** Serves in this process: for a person until Ctrl-C, or for the `swarm start` that started it in the background. */

import { Trouble } from '../../ports/trouble.ts'
import { Refused } from '../../ticket/refused.ts'
import type { Process } from '../machine/environment.ts'
import { serverLog } from '../project/log-file.ts'
import type { ProjectPaths } from '../project/paths.ts'
import { serve } from './server.ts'

/** Serves until the end and gives the exit code. Throws Refused or Trouble when it cannot start. */
export async function serveHere(
  paths: ProjectPaths,
  flags: Record<string, string>,
  around: Process,
): Promise<number> {
  const { terminal, environment, signal, report, onBug, program } = around
  const log = serverLog(paths.serverLog, (line) => {
    if (report === null) terminal.write(`${new Date().toTimeString().slice(0, 8)} ${line}\n`)
  })
  onBug((bug) => log.fatal(`bug: ${bug}`))
  try {
    const end = await serve({
      ...{ paths, flags, environment, log, signal, program },
      progress: (line) => {
        if (report !== null) void report({ progress: line })
      },
      ready: (started) => {
        if (report !== null) return void report({ started })
        terminal.write(`Sandbox: ${started.sandbox.kind}, ${started.sandbox.why}\n`)
        terminal.write(`In a browser (once, for ten minutes): ${started.login}\nCtrl-C stops it.\n`)
      },
    })
    return end === 'asked' ? 0 : 1
  } catch (error) {
    if (report === null || !(error instanceof Refused || error instanceof Trouble)) throw error
    log.note(`not started: ${error.message}`)
    await report({ refused: error.message })
    return 1
  }
}
