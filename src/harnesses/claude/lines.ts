/** Lines of `claude --output-format stream-json`. Any line is accepted; unknown ones are passed on unchanged. */
import * as z from 'zod'

/** Parsed line. */
export type Line =
  | { kind: 'init'; session: string; model: string | undefined }
  | { kind: 'said'; texts: string[]; calls: Call[] }
  | { kind: 'heard'; results: ToolResult[] }
  | { kind: 'retry'; error: string; status: number | null }
  | { kind: 'limit'; until: number | null }
  /** Begin of an answer, with the tokens that went in. */
  | { kind: 'asked'; inputTokens: number; cacheReadTokens: number; cacheWriteTokens: number }
  /** End of an answer, with the tokens that came out. */
  | { kind: 'answered'; outputTokens: number }
  /** Sign of life without any content. */
  | { kind: 'alive' }
  | ({ kind: 'result' } & Result)
  /** Unknown line. `says`: its meaning for people, where it has one. */
  | { kind: 'other'; raw: unknown; says?: string }

/** Call of a tool. */
export interface Call {
  id: string
  name: string
  input: unknown
}

/** Result of a tool. */
export interface ToolResult {
  id: string
  output: string
  failed: boolean
}

/** Result of a run. */
export interface Result {
  session: string | null
  failed: boolean
  /** Kind of the result. `success` proves nothing: it also appears after errors of the API. */
  subtype: string
  ended: string | null
  status: number | null
  error: string | null
  /** Reason why the model stopped, in its own word, such as `refusal`. */
  stopped: string | null
  text: string
  turns: number
  /** Tokens of this run. */
  tokens: Tokens
  /** Cost of the whole session in US dollars, resumed runs included. */
  totalCostUsd: number | null
  /** Tokens and cost of this run; null from versions that do not report it. */
  spent: (Tokens & { costUsd: number }) | null
}

/** Counts of tokens. */
export interface Tokens {
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
}

/** Parses a line of Claude Code. Never throws: an unknown line becomes `other`. */
export function readLine(line: string): Line {
  let raw: unknown
  try {
    raw = JSON.parse(line)
  } catch {
    return { kind: 'other', raw: line }
  }
  const head = HEAD.safeParse(raw)
  if (!head.success) return { kind: 'other', raw }
  const { type, subtype } = head.data
  const schema = type === 'system' ? (SYSTEM[subtype ?? ''] ?? notice) : KINDS[type]
  const parsed = schema?.safeParse(raw)
  return parsed?.success ? (parsed.data ?? { kind: 'other', raw }) : { kind: 'other', raw }
}

const HEAD = z.looseObject({ type: z.string(), subtype: z.string().optional() })
const count = z.number().catch(0)
const orNull = z.string().nullable().catch(null)

const SAID_BLOCK = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  input: z.unknown().optional(),
})

const assistant = z
  .looseObject({ message: z.looseObject({ content: z.array(SAID_BLOCK) }) })
  .transform(({ message: { content } }): Line => {
    const texts = content.flatMap(({ type, text }) => (type === 'text' && text ? [text] : []))
    const calls = content.flatMap(({ type, id, name, input }) =>
      type === 'tool_use' && id && name ? [{ id, name, input }] : [],
    )
    return texts.length + calls.length > 0 ? { kind: 'said', texts, calls } : { kind: 'alive' }
  })

const RESULT_BLOCK = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  tool_use_id: z.string().optional(),
  is_error: z.boolean().nullish(),
  content: z
    .union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))])
    .nullish(),
})

const user = z
  .looseObject({ message: z.looseObject({ content: z.union([z.string(), z.array(RESULT_BLOCK)]) }) })
  .transform((raw): Line | null => {
    const { content } = raw.message
    if (typeof content === 'string') return { kind: 'other', raw, says: content }
    const results = content.flatMap(({ tool_use_id: id, is_error, content: inner }) =>
      id === undefined ? [] : [{ id, output: outputOf(inner), failed: is_error === true }],
    )
    if (results.length > 0) return { kind: 'heard', results }
    // What an agent of the agent is asked, for one.
    const says = content.flatMap(({ text }) => text || []).join('\n')
    return says === '' ? null : { kind: 'other', raw, says }
  })

/** Output of a tool, without the tag that Claude Code puts around errors of a call. */
function outputOf(content: z.infer<typeof RESULT_BLOCK>['content']): string {
  if (typeof content === 'string') return content.replace(TAGGED, '$1')
  return (content ?? []).map(({ type, text }) => text ?? `[${type}]`).join('\n')
}

const TAGGED = /^<tool_use_error>([\s\S]*)<\/tool_use_error>$/

const limit = z
  .looseObject({
    rate_limit_info: z.looseObject({
      status: z.string(),
      resetsAt: z.number().nullish(),
      isUsingOverage: z.boolean().nullish(),
    }),
  })
  .transform((raw): Line => {
    const { status, resetsAt, isUsingOverage } = raw.rate_limit_info
    if (status !== 'rejected') return { kind: 'alive' }
    if (isUsingOverage) return { kind: 'other', raw, says: BEYOND }
    return { kind: 'limit', until: resetsAt ? resetsAt * 1000 : null }
  })

const BEYOND = 'The account has reached its limit. Further use is billed.'

const streamed = z
  .looseObject({
    event: z.looseObject({
      type: z.string(),
      message: z.unknown().optional(),
      usage: z.unknown().optional(),
    }),
  })
  .transform(({ event }): Line => {
    if (event.type === 'message_start') {
      const usage = STARTED.safeParse(event.message).data?.usage
      if (usage) return { kind: 'asked', ...inputOf(usage) }
    }
    if (event.type === 'message_delta') {
      const usage = TOKENS.safeParse(event.usage).data
      if (usage) return { kind: 'answered', outputTokens: usage.output_tokens }
    }
    return { kind: 'alive' }
  })

const TOKENS = z.looseObject({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
})
const STARTED = z.looseObject({ usage: TOKENS })

const inputOf = (usage: z.infer<typeof TOKENS>) => ({
  inputTokens: usage.input_tokens,
  cacheReadTokens: usage.cache_read_input_tokens,
  cacheWriteTokens: usage.cache_creation_input_tokens,
})

const MODEL_USAGE = z.looseObject({
  inputTokens: count,
  outputTokens: count,
  cacheReadInputTokens: count,
  cacheCreationInputTokens: count,
  costUSD: count,
})

const result = z
  .looseObject({
    subtype: z.string(),
    is_error: z.boolean(),
    session_id: orNull,
    terminal_reason: orNull,
    api_error_status: z.number().nullable().catch(null),
    api_error: orNull,
    stop_reason: orNull,
    result: orNull,
    errors: z.array(z.string()).catch([]),
    num_turns: count,
    usage: TOKENS.catch(TOKENS.parse({})),
    total_cost_usd: z.number().nullable().catch(null),
    model_usage_since_last_result: z.record(z.string(), MODEL_USAGE).nullable().catch(null),
  })
  .transform(
    (line): Line => ({
      kind: 'result',
      session: line.session_id,
      failed: line.is_error,
      subtype: line.subtype,
      ended: line.terminal_reason,
      status: line.api_error_status,
      error: line.api_error,
      stopped: line.stop_reason,
      text: line.result ?? line.errors.join('\n'),
      turns: line.num_turns,
      tokens: { ...inputOf(line.usage), outputTokens: line.usage.output_tokens },
      totalCostUsd: line.total_cost_usd,
      spent: line.model_usage_since_last_result && sumOf(Object.values(line.model_usage_since_last_result)),
    }),
  )

function sumOf(models: z.infer<typeof MODEL_USAGE>[]) {
  const sum = (field: keyof z.infer<typeof MODEL_USAGE>) =>
    models.reduce((total, model) => total + (model[field] as number), 0)
  return {
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    cacheReadTokens: sum('cacheReadInputTokens'),
    cacheWriteTokens: sum('cacheCreationInputTokens'),
    costUsd: sum('costUSD'),
  }
}

type LineSchema = z.ZodType<Line | null>

const KINDS: Record<string, LineSchema> = {
  assistant,
  user,
  result,
  rate_limit_event: limit,
  stream_event: streamed,
}

/** Lines for a screen, and lines whose content other lines repeat. */
const NOISE = [
  ...['status', 'ui_status', 'turn_starting', 'turn_duration', 'thinking_tokens'],
  ...['session_state_changed', 'session_title_changed', 'session_metadata', 'shell_cwd', 'vcs_state_changed'],
  ...['task_started', 'task_progress', 'task_updated', 'task_notification', 'task_summary'],
  ...['background_tasks_changed', 'post_turn_summary'],
]
const noise = z.looseObject({}).transform((): Line => ({ kind: 'alive' }))

const said = z.string().min(1).optional().catch(undefined)
const NOTICE = z.looseObject({ content: said, message: said, text: said })
/** Notice of any kind. Most carry their meaning in one of these places: another model, a missing permission. */
const notice = z.looseObject({}).transform((raw): Line | null => {
  const { content, message, text } = NOTICE.parse(raw)
  const says = content ?? message ?? text
  return says === undefined ? null : { kind: 'other', raw, says }
})

const SYSTEM: Record<string, LineSchema> = {
  init: z
    .looseObject({ session_id: z.string(), model: z.string().optional().catch(undefined) })
    .transform(({ session_id, model }): Line => ({ kind: 'init', session: session_id, model })),
  api_retry: z
    .looseObject({ error: z.string().catch('unknown'), error_status: z.number().nullable().catch(null) })
    .transform(({ error, error_status }): Line => ({ kind: 'retry', error, status: error_status })),
  compact_boundary: z.looseObject({}).transform(
    (raw): Line => ({
      kind: 'other',
      raw,
      says: 'Claude Code compacted the conversation to free context.',
    }),
  ),
  ...Object.fromEntries(NOISE.map((subtype) => [subtype, noise])),
}
