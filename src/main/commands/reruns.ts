/** Results of `swarm audit --rerun`, one line of JSON per commit and run: separate from receipts, which let land. */
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Receipt, VERDICTS } from '../../ports/attempts.ts'
import { logFile } from '../project/log-file.ts'
import type { ProjectPaths } from '../project/paths.ts'

const Rerun = z.object({
  /** Time of the run in milliseconds since the epoch. */
  at: z.number(),
  commit: z.string(),
  tree: z.string(),
  /** Kind of sandbox that it ran in. */
  sandbox: z.string(),
  verdict: z.enum(VERDICTS),
  duration_ms: z.number(),
  /** End of the gate's output. */
  output: z.string(),
})
/** Result of one run. */
export type Rerun = z.infer<typeof Rerun>

const MOST = 4096

/** Appends a result. As with logs, one older file of 10 MiB stays beside it. */
export function keepRerun({ auditLog }: ProjectPaths, commit: string, receipt: Omit<Receipt, 'id'>): void {
  const { tree, sandbox, verdict, startedAt, durationMs, output } = receipt
  const rerun: Rerun = {
    ...{ at: startedAt, commit, tree, sandbox, verdict },
    ...{ duration_ms: durationMs, output: output.slice(-MOST) },
  }
  logFile(auditLog).write(`${JSON.stringify(rerun)}\n`)
}

/** Newest result by commit. Lines that do not parse are ignored. */
export function newestReruns({ auditLog }: ProjectPaths): Map<string, Rerun> {
  const text = existsSync(auditLog) ? readFileSync(auditLog, 'utf8') : ''
  const newest = new Map<string, Rerun>()
  for (const line of text.split('\n')) {
    const rerun = parsed(line)
    if (rerun) newest.set(rerun.commit, rerun)
  }
  return newest
}

function parsed(line: string): Rerun | null {
  try {
    return Rerun.parse(JSON.parse(line))
  } catch {
    return null
  }
}
