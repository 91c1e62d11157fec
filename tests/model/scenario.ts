/**
 * What the scripted model does, found in the conversation alone: the scenario by the marker `[[scenario:NAME]]` in a
 * prompt, the turn by counting. One server therefore serves any number of agents, and resuming just works.
 */

export interface Scenario {
  /** One for each prompt of a session; the last repeats. One whose `says` is in the prompt goes before the others. */
  prompts: { says?: string; turns: Turn[] }[]
}

/** One answer of the model: a fault, a tool call, or a text that ends the run. `say` goes before a tool call. */
export interface Turn {
  say?: string
  write?: { file: string; text: string }
  replace?: { file: string; old: string; new: string }
  bash?: string
  read?: string
  /** Any tool by its name, such as one of an MCP server. */
  call?: Call
  /** Several at once. */
  calls?: Call[]
  text?: string
  /** Why it stops, when that is not the end of what it has to say or a tool. */
  stop?: 'refusal' | 'max_tokens'
  fault?: Fault
  /** It answers no sooner. */
  after?: Promise<unknown>
  /** How often the fault strikes before the rest of the turn is given; for ever by default. */
  times?: number
}

export interface Call {
  name: string
  input: Record<string, unknown>
}

export type Fault =
  | {
      kind: 'status'
      status: 400 | 401 | 403 | 413 | 429 | 500 | 529
      retryAfter?: number
      says?: string
      headers?: Record<string, string>
    }
  /** The subscription is used up until `resetsAt`, in seconds since the epoch. */
  | { kind: 'usage limit'; resetsAt: number }
  /** No answer at all. */
  | { kind: 'hang' }
  /** The stream stops in the middle. */
  | { kind: 'broken' }
  /** The stream stops before it says what was used. */
  | { kind: 'cut' }

export interface Block {
  type: string
  text?: string
}

export interface Message {
  role: string
  content: string | Block[]
}

/** Where in which scenario a conversation stands. */
export interface Place {
  name: string
  prompt: number
  turn: number
  /** The newest prompt. */
  says: string
}

export const MARKER = /\[\[scenario:([\w-]+)\]\]/

/** Null when no prompt names a scenario by the first group of `marker`: titles, summaries and the like. */
export function placeOf(messages: Message[], marker = MARKER): Place | null {
  const said = messages.map((message) => ({
    role: message.role,
    says: message.role === 'user' ? promptOf(message) : '',
  }))
  const first = said.findIndex(({ says }) => marker.test(says))
  if (first === -1) return null
  const place: Place = {
    name: marker.exec(said[first]!.says)![1]!,
    prompt: 0,
    turn: 0,
    says: said[first]!.says,
  }
  for (const { role, says } of said.slice(first + 1)) {
    if (role === 'assistant') place.turn += 1
    else if (says !== '' && place.turn === 0) place.says += `\n${says}`
    else if (says !== '') Object.assign(place, { prompt: place.prompt + 1, turn: 0, says })
  }
  return place
}

/** The turns that answer the newest prompt. */
export function turnsOf(scenario: Scenario, place: Place): Turn[] {
  const said = scenario.prompts.find(({ says }) => says !== undefined && place.says.includes(says))
  if (said) return said.turns
  const inOrder = scenario.prompts.filter(({ says }) => says === undefined)
  return inOrder[Math.min(place.prompt, inOrder.length - 1)]?.turns ?? []
}

/** What a person or program asked in this message; empty when it only carries results and reminders. */
export function promptOf({ content }: Message): string {
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content
  if (blocks.some(({ type }) => type === 'tool_result')) return ''
  return blocks
    .map(({ text }) => (text ?? '').replace(/<system-reminder>[\s\S]*?<\/system-reminder>/g, ''))
    .join('\n')
    .trim()
}
