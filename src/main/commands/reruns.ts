/** What `swarm audit --rerun` has found, a line of JSON for each commit and time: apart from receipts, which let land. */
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Receipt, VERDICTS } from '../../ports/store.ts'
import { logFile } from '../project/log-file.ts'
import type { ProjectPaths } from '../project/paths.ts'

const Rerun = z.object({
  /** Milliseconds since the epoch. */
  at: z.number(),
  commit: z.string(),
  tree: z.string(),
  /** In which it ran. */
  sandbox: z.string(),
  verdict: z.enum(VERDICTS),
  duration_ms: z.number(),
  /** The end of what the gate printed. */
  output: z.string(),
})
export type Rerun = z.infer<typeof Rerun>

const MOST = 4096

/** Adds one. The file keeps one older of 10 MiB beside it, as logs do. */
export function keepRerun({ auditLog }: ProjectPaths, commit: string, receipt: Omit<Receipt, 'id'>): void {
  const { tree, sandbox, verdict, startedAt, durationMs, output } = receipt
  const rerun: Rerun = {
    ...{ at: startedAt, commit, tree, sandbox, verdict },
    ...{ duration_ms: durationMs, output: output.slice(-MOST) },
  }
  logFile(auditLog).write(`${JSON.stringify(rerun)}\n`)
}

/** The newest by commit. Lines that are not understood count for nothing. */
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
