/** End of a run of Claude Code. Only a terminal result without an error is a success. */

import type { Usage } from '../../ports/attempts.ts'
import type { HarnessEnd } from '../../ports/harness.ts'
import type { SendBackReason } from '../../ticket/events.ts'
import { isUnusable, limitIn } from '../../ticket/limits.ts'
import { firstLine } from '../../ticket/sentences.ts'
import { type Driven, ranOut, wasCut } from '../drive.ts'
import type { Result } from './lines.ts'
import type { Run } from './run.ts'

/** Makes the end of a run from its events and its exit. */
export function endOf(run: Run, driven: Driven, usage: Usage): HarnessEnd {
  const { session, result } = run
  if (result && !result.failed) return { ok: true, session, usage, summary: result.text || run.lastText }
  const why = stoppedBy(driven, run) ?? (result ? failureOf(result, run) : crashOf(run, driven))
  return { ok: false, session, usage, until: null, ...why }
}

interface Why {
  reason: SendBackReason
  detail: string
  until?: number | null
}

function stoppedBy({ stopped }: Driven, run: Run): Why | null {
  switch (stopped) {
    case 'aborted':
      return { reason: 'harness crash', detail: 'Claude Code was stopped before it had finished.' }
    case 'hung':
      return {
        reason: 'hang',
        detail: `Claude Code stopped responding while no tool was running${run.lastError && ` (last error: ${run.lastError})`}.`,
      }
    case 'hopeless':
      return { reason: 'login expired', detail: LOGIN }
    case 'through':
    case null:
      return null
  }
}

const LOGIN =
  'Claude Code is not logged in: set ANTHROPIC_API_KEY, or CLAUDE_CODE_OAUTH_TOKEN from `claude setup-token`, and start the swarm again.'

/** Failures; the first row that matches counts. Fields go before texts: the words change with each version. */
const FAILURES: { when: (result: Result, run: Run) => boolean; why: (result: Result, run: Run) => Why }[] = [
  {
    when: ({ subtype }) => subtype === 'error_max_turns',
    why: ({ text }) => ({ reason: 'turn limit', detail: `Claude Code used up its turns: ${plain(text)}.` }),
  },
  {
    when: ({ ended, status, text }) =>
      ended === 'prompt_too_long' || status === 413 || (status === 400 && TOO_LONG_TEXT.test(text)),
    why: ({ text }) => ({ reason: 'too long', detail: `${plain(text)}.` }),
  },
  {
    when: ({ error }) => error === 'max_output_tokens',
    why: ({ text }) => ({ reason: 'turn limit', detail: `One answer was too long: ${plain(text)}.` }),
  },
  {
    when: ({ stopped }) => stopped === 'refusal',
    why: ({ text }) => ({ reason: 'refusal', detail: `The model refused this: ${plain(text)}.` }),
  },
  {
    when: ({ subtype }) => subtype === 'error_max_budget_usd',
    why: ({ text }) => ({ reason: 'budget', detail: `Claude Code used up its budget: ${plain(text)}.` }),
  },
  {
    when: ({ status, text }) => status === 402 || isUnusable(text),
    why: ({ text }) => ({ reason: 'login expired', detail: `The account cannot be used: ${plain(text)}.` }),
  },
  {
    when: ({ status, error, text }, { limit }) =>
      limit !== null || status === 429 || error === 'usage_limit_reached' || limitIn(text, 0) !== null,
    why: ({ text }, { limit }) => ({
      reason: 'usage limit',
      detail: `The account has reached its limit: ${plain(text)}.`,
      until: limit?.until ?? inText(text),
    }),
  },
  {
    when: ({ status, text }) => status === 401 || status === 403 || LOGIN_TEXT.test(text),
    why: ({ text }) => ({ reason: 'login expired', detail: `${plain(text)}. ${LOGIN}` }),
  },
  {
    when: ({ status, ended }) =>
      (status !== null && status >= 500) || (ended === 'api_error' && status === null),
    why: ({ text }) => ({ reason: 'overloaded', detail: `The model cannot be reached: ${plain(text)}.` }),
  },
  {
    when: ({ status }) => status === 404,
    why: ({ text }) => ({ reason: 'infrastructure', detail: `The model does not exist: ${plain(text)}.` }),
  },
  {
    when: ({ status }) => status !== null && status >= 400 && status < 500 && status !== 408,
    why: ({ text, status }) => ({
      reason: 'refusal',
      detail: `The model's service rejected the request (${status}): ${plain(text)}.`,
    }),
  },
]

/** First line without its full stop, to stand in a sentence of ours. */
const plain = (text: string) => firstLine(text).replace(/\.$/, '')

const TOO_LONG_TEXT = /prompt is too long|input length and `?max_tokens`? exceed/i
const LOGIN_TEXT = /run \/login|invalid api key|failed to authenticate|oauth token/i

function failureOf(result: Result, run: Run): Why {
  const row = FAILURES.find(({ when }) => when(result, run))
  if (row) return row.why(result, run)
  return {
    reason: 'harness crash',
    detail: `Claude Code gave up: ${plain(result.text) || result.subtype}.`,
  }
}

/** Reads the end of a limit from a text; older versions write `…reached|1763035200`. */
function inText(text: string): number | null {
  const seconds = /\|(\d{10})\b/.exec(text)?.[1]
  return seconds ? Number(seconds) * 1000 : null
}

/** Explains a run that ended without a result. */
function crashOf({ limit }: Run, { exit }: Driven): Why {
  if (exit.exit === 127 || exit.exit === 126) return { reason: 'infrastructure', detail: MISSING }
  if (limit)
    return { reason: 'usage limit', detail: 'The account has reached its limit.', until: limit.until }
  const memory = ranOut('Claude Code', exit)
  if (memory) return { reason: 'sandbox full', detail: memory }
  const cut = wasCut('Claude Code', exit)
  if (cut) return { reason: 'infrastructure', detail: cut }
  const how = exit.signal ? `was killed by ${exit.signal} before` : `ended with exit ${exit.exit} before`
  const last = exit.output
    .trimEnd()
    .split('\n')
    .findLast((line) => line.trim() !== '' && !line.startsWith('{'))
  const said = last ? `: ${plain(last)}` : ''
  return { reason: 'harness crash', detail: `Claude Code ${how} it gave a result${said}.` }
}

const MISSING =
  'Claude Code is not installed. Install it with `npm install -g @anthropic-ai/claude-code`, or set SWARM_CLAUDE_BIN to its program.'
