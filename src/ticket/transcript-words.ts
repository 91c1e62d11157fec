/** Event of a transcript → words for people. One place, so that pages, `swarm logs` and the gate's log say the same. */
import type { OfGateway, TranscriptEvent } from './transcript.ts'

/** Words about an event. */
export interface Words<T extends Tone = Tone> {
  tone: T
  text: string
}

/** Tone of words, which decides their look. */
export type Tone = Spoken | 'call' | 'output' | 'failed'

/** Tones of everything but calls of tools and their results. */
export type Spoken =
  /** Prompt of the swarm to the agent. */
  | 'asked'
  | 'said'
  /** Output of the harness's program beside its events. */
  | 'printed'
  | 'note'
  /** Warning that something was withheld from the agent, or said to it, that a person may want to know. */
  | 'warning'
  | 'problem'
  | 'ended'

/** Signs before words of a tone in plain lines. */
export const SIGNS: Record<Tone, string> = {
  asked: '▶ ',
  said: '',
  call: '▸ ',
  output: '',
  failed: '✗ ',
  printed: 'prints: ',
  note: '· ',
  warning: '! ',
  problem: '✗ ',
  ended: '■ ',
}

/** Formats a moment, in milliseconds since the epoch, for the reader's place. */
export type WriteTime = (at: number) => string

/**
 * Words about an event; null where it means nothing to people. Text of agents, programs and models stays unchanged: it
 * may have many lines, and is not safe for a terminal.
 */
export function wordsOf(event: TranscriptEvent, time: WriteTime): Words | null {
  if (event.type === 'tool_start')
    return { tone: 'call', text: `${event.name} ${aboutOf(event.input)}`.trimEnd() }
  if (event.type === 'tool_end') return { tone: event.failed ? 'failed' : 'output', text: event.output }
  return spokenOf(event, time)
}

type ToolEvent = Extract<TranscriptEvent, { type: 'tool_start' | 'tool_end' }>

/** Words about an event for a reader that shows calls and their results in its own way. */
export function spokenOf(event: Exclude<TranscriptEvent, ToolEvent>, time: WriteTime): Words<Spoken> | null {
  switch (event.type) {
    case 'prompt':
      return { tone: 'asked', text: event.text }
    case 'text':
      return { tone: 'said', text: event.text }
    case 'retry':
      return {
        tone: 'problem',
        text: `The model could not be reached, and the request was retried: ${sentenceOf(event.error)}`,
      }
    case 'limit':
      return { tone: 'warning', text: usedUp(event.until, time) }
    case 'stderr':
      return { tone: 'printed', text: event.text }
    case 'refused':
      return { tone: 'warning', text: refusal(event) }
    case 'news':
      return { tone: 'problem', text: event.news.sentence }
    case 'end':
      return event.ok ? { tone: 'ended', text: 'The agent ended its turn.' } : failedEnd(event)
    case 'other':
      return event.says === undefined ? unknown(event.raw) : { tone: 'note', text: event.says }
    case 'session':
    case 'usage':
    case 'metered':
      return null
  }
}

/** Sentence about a refusal of the gateway: for the transcript, and for the gate's log. */
export const refusal = ({ asked, sentence }: Extract<OfGateway, { type: 'refused' }>): string =>
  `The gateway refused ${asked}. ${sentence}`

/** The reason of an end that is nobody's failure: the attempt was over before the agent was. */
export const STOPPED = 'stopped'

function failedEnd({ reason, detail }: Extract<TranscriptEvent, { type: 'end' }>): Words<Spoken> {
  if (reason === STOPPED) return { tone: 'ended', text: `The agent was stopped: ${detail}` }
  const why = reason === undefined ? '' : ` (${reason})`
  const how = detail === undefined ? '.' : `: ${detail}`
  return { tone: 'problem', text: `The agent's turn failed${why}${how}` }
}

const usedUp = (until: number | null, time: WriteTime): string =>
  until === null
    ? 'The account has reached its usage limit.'
    : `The account has reached its usage limit, which resets at ${time(until)}.`

const sentenceOf = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

/** Words about an unknown event: plain text is shown, and the name of an object. */
function unknown(raw: unknown): Words<Spoken> | null {
  if (raw === '') return null
  if (typeof raw === 'string' && !/^\s*[{[]/.test(raw)) return { tone: 'printed', text: raw }
  const name = nameOf(raw)
  return { tone: 'note', text: `Unknown event${name && `: ${name}`}.` }
}

/** Name that an unknown event gives itself; empty for none. */
function nameOf(raw: unknown): string {
  if (typeof raw !== 'object' || raw === null) return ''
  const { type, subtype } = raw as Record<string, unknown>
  const names = [type, subtype].filter((name): name is string => typeof name === 'string')
  return names.join(', ').replace(/\s+/g, ' ').slice(0, 80)
}

/** Parameters of tools in harnesses; the first one that exists says most. */
const TELLING = ['command', 'file_path', 'file', 'path', 'pattern', 'url', 'query', 'description', 'prompt']

/** Input of a tool at a glance: one line of at most 200 characters. */
export function aboutOf(input: unknown): string {
  if (typeof input !== 'object' || input === null) return lineOf(String(input ?? ''))
  const fields = Object.entries(input)
  const telling = TELLING.map((name) => fields.find((field) => field[0] === name)?.[1])
  const most = telling.find((value) => typeof value === 'string')
  return lineOf(most ?? fields.map(([name, value]) => `${name}: ${briefly(value)}`).join(', '))
}

function briefly(value: unknown): string {
  if (Array.isArray(value)) return value.length === 1 ? '1 entry' : `${value.length} entries`
  return typeof value === 'object' && value !== null ? `${Object.keys(value).length} fields` : String(value)
}

const lineOf = (text: string): string => text.trim().split('\n')[0]!.slice(0, 200)
