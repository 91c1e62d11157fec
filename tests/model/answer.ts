/** One answer of the Anthropic Messages API, whole or as a stream of events. */
import { randomUUID } from 'node:crypto'
import type { Call, Turn } from './scenario.ts'

export interface Answer {
  id: string
  model: string
  content: Content[]
  stop: 'end_turn' | 'tool_use' | 'refusal' | 'max_tokens'
  inputTokens: number
  outputTokens: number
}

type Content =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; id: string; name: string; input: Record<string, unknown> }

/** The answer for a turn, in the tools that the request offers. */
export function answerFor(turn: Turn, model: string, inputTokens: number): Answer {
  const calls = toolCalls(turn)
  const text = turn.text ?? turn.say ?? (calls.length > 0 ? null : 'Done.')
  const content: Content[] = []
  if (text !== null) content.push({ type: 'text', text })
  for (const call of calls) content.push({ type: 'tool_use', id: identity('toolu'), ...call })
  const outputTokens = Math.ceil(JSON.stringify(content).length / 4)
  return {
    id: identity('msg'),
    model,
    content,
    stop: turn.stop ?? (calls.length > 0 ? 'tool_use' : 'end_turn'),
    inputTokens,
    outputTokens,
  }
}

function toolCalls(turn: Turn): Call[] {
  if (turn.write) return [{ name: 'Write', input: { file_path: turn.write.file, content: turn.write.text } }]
  if (turn.replace) {
    const { file, old, new: replacement } = turn.replace
    return [{ name: 'Edit', input: { file_path: file, old_string: old, new_string: replacement } }]
  }
  if (turn.bash) return [{ name: 'Bash', input: { command: turn.bash, description: 'As scripted' } }]
  if (turn.read) return [{ name: 'Read', input: { file_path: turn.read } }]
  return turn.calls ?? (turn.call ? [turn.call] : [])
}

const identity = (prefix: string) => `${prefix}_${randomUUID().replaceAll('-', '').slice(0, 24)}`

export function asJson(answer: Answer) {
  return { ...head(answer), content: answer.content, stop_reason: answer.stop, usage: usage(answer) }
}

/** The stream's events, in order. */
export function asEvents(answer: Answer): { type: string }[] {
  return [
    {
      type: 'message_start',
      message: {
        ...head(answer),
        content: [],
        stop_reason: null,
        usage: { ...usage(answer), output_tokens: 1 },
      },
    },
    ...answer.content.flatMap(contentEvents),
    {
      type: 'message_delta',
      delta: { stop_reason: answer.stop, stop_sequence: null },
      usage: { output_tokens: answer.outputTokens },
    },
    { type: 'message_stop' },
  ] as { type: string }[]
}

function contentEvents(content: Content, index: number) {
  const [empty, delta] =
    content.type === 'text'
      ? [
          { type: 'text', text: '' },
          { type: 'text_delta', text: content.text },
        ]
      : [
          { ...content, input: {} },
          { type: 'input_json_delta', partial_json: JSON.stringify(content.input) },
        ]
  return [
    { type: 'content_block_start', index, content_block: empty },
    { type: 'content_block_delta', index, delta },
    { type: 'content_block_stop', index },
  ]
}

const head = ({ id, model }: Answer) => ({
  id,
  type: 'message',
  role: 'assistant',
  model,
  stop_sequence: null,
})

const usage = ({ inputTokens, outputTokens }: Answer) => ({
  input_tokens: inputTokens,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: outputTokens,
})
