/** One run of Claude Code, folded from its lines, and the events that they mean. */

import { NO_USAGE, type Usage } from '../../ports/attempts.ts'
import type { HarnessEvent } from '../../ports/harness.ts'
import type { Line, Result } from './lines.ts'

/** State of a run so far. */
export interface Run {
  session: string | null
  /** Usage counted from the stream, so that it is known for a killed run as well. Its cost is not. */
  usage: Usage
  /** Limit of the account that was reached; null for none. */
  limit: { until: number | null } | null
  result: Result | null
  lastText: string
  lastError: string
}

/** Makes the state of a run before its first line. */
export const newRun = (session: string | null): Run => ({
  session,
  usage: NO_USAGE,
  limit: null,
  result: null,
  lastText: '',
  lastError: '',
})

/** Adds a line to the state of a run. */
export function advance(run: Run, line: Line): Run {
  switch (line.kind) {
    case 'init':
      return { ...run, session: line.session }
    case 'said':
      return { ...run, lastText: line.texts.at(-1) ?? run.lastText }
    case 'asked':
      return {
        ...run,
        usage: {
          ...run.usage,
          turns: run.usage.turns + 1,
          inputTokens: run.usage.inputTokens + line.inputTokens,
          cacheReadTokens: run.usage.cacheReadTokens + line.cacheReadTokens,
          cacheWriteTokens: run.usage.cacheWriteTokens + line.cacheWriteTokens,
        },
      }
    case 'answered':
      return { ...run, usage: { ...run.usage, outputTokens: run.usage.outputTokens + line.outputTokens } }
    case 'limit':
      return { ...run, limit: { until: line.until } }
    case 'retry':
      return { ...run, lastError: line.error }
    case 'result': {
      const { kind: _, ...result } = line
      return { ...run, session: result.session ?? run.session, result }
    }
    default:
      return run
  }
}

/** Converts a line to events. */
export function eventsOf(line: Line): HarnessEvent[] {
  switch (line.kind) {
    case 'init':
      return [{ type: 'session', id: line.session, model: line.model }]
    case 'said':
      return [
        ...line.texts.map((text): HarnessEvent => ({ type: 'text', text })),
        ...line.calls.map((call): HarnessEvent => ({ type: 'tool_start', ...call })),
      ]
    case 'heard':
      return line.results.map((result): HarnessEvent => ({ type: 'tool_end', ...result }))
    case 'retry':
      return [{ type: 'retry', error: line.status === null ? line.error : `${line.error} (${line.status})` }]
    case 'limit':
      return [{ type: 'limit', until: line.until }]
    case 'other':
      return [{ type: 'other', raw: line.raw, says: line.says }]
    case 'asked':
    case 'answered':
    case 'alive':
    case 'result':
      return []
  }
}

/**
 * Usage of a finished run. The program's totals are those of the whole session; `before` is the session's cost when
 * this run began, null when unknown.
 */
export function usageOf({ tokens, spent, totalCostUsd, turns }: Result, before: number | null): Usage {
  if (spent) return { ...spent, turns }
  const costUsd = totalCostUsd === null || before === null ? null : Math.max(0, totalCostUsd - before)
  return { ...tokens, turns, costUsd }
}
