/** A run as a film: where each ticket stands, and what the terminal says, from moment to moment. Pure. */
import type { EventEntry } from '../../src/api/client.ts'
import { born, evolve } from '../../src/ticket/evolve.ts'
import { ticketJson } from '../../src/ticket/json.ts'
import type { Ticket } from '../../src/ticket/ticket.ts'

export const COLUMNS = ['Backlog', 'In progress', 'Waiting for you', 'Merge queue', 'Done'] as const
export type Column = (typeof COLUMNS)[number]

export type Tone = 'plain' | 'good' | 'warn' | 'note'

export interface Line {
  text: string
  tone: Tone
}

export interface Frame {
  /** Milliseconds from the first claim of the run; what was before stands in the frame at 0. */
  at: number
  /** The tickets of each column, from its head on. */
  board: Record<Column, number[]>
  /** How many lines the terminal shows by then. */
  said: number
}

export interface Film {
  titles: Map<number, string>
  lines: Line[]
  /** By their time; each shows what is so at the end of its quarter of a second. */
  frames: Frame[]
}

/** Milliseconds within which all that happens is one frame. */
const FRAME_MS = 250

/** Events that the terminal tells, and how. */
const TOLD: Partial<Record<EventEntry['event']['type'], Tone>> = {
  done: 'good',
  bounced: 'warn',
  held: 'warn',
  lost: 'warn',
  escalated: 'warn',
  declared: 'note',
  unclaimed: 'note',
}

/**
 * Gives the film of a log of at least one event. It begins when the first ticket is claimed, and ends with the lines of
 * `closing`.
 */
export function film(log: EventEntry[], closing: Line[]): Film {
  const tickets = new Map<number, Ticket>()
  const since = new Map<number, { column: Column; order: number }>()
  const lines: Line[] = []
  const frames: Frame[] = []
  const began = (log.find(({ event }) => event.type === 'claimed') ?? log[0])?.at ?? 0
  for (const [order, { at, ticket: id, event, sentence }] of log.entries()) {
    const before = tickets.get(id)
    const ticket = event.type === 'created' ? born(id, event, at) : evolve(before!, event, at)
    tickets.set(id, ticket)
    const column = columnOf(ticket)
    if (since.get(id)?.column !== column) since.set(id, { column, order })
    const tone = event.type === 'advanced' && event.why ? 'warn' : TOLD[event.type]
    if (tone) lines.push({ text: sentence, tone })
    const frame = {
      at: Math.max(0, Math.floor((at - began) / FRAME_MS) * FRAME_MS),
      board: boardOf(since),
      said: lines.length,
    }
    if (frames.at(-1)?.at === frame.at) frames.pop()
    frames.push(frame)
  }
  const last = frames.at(-1)
  const all = [...lines, ...closing]
  if (last) frames.push({ at: last.at + FRAME_MS, board: last.board, said: all.length })
  return { titles: new Map([...tickets].map(([id, { title }]) => [id, title])), lines: all, frames }
}

function columnOf(ticket: Ticket): Column {
  const { status, held, needs_person } = ticketJson(ticket)
  if (status === 'done') return 'Done'
  if (needs_person || held.length > 0) return 'Waiting for you'
  if (status === 'ready') return 'Merge queue'
  return status === 'in_progress' ? 'In progress' : 'Backlog'
}

/** What came first stands first; of what is done, what came last. */
function boardOf(since: Map<number, { column: Column; order: number }>): Record<Column, number[]> {
  const sorted = [...since].sort(([, one], [, other]) => one.order - other.order)
  const of = (wanted: Column) => sorted.flatMap(([id, { column }]) => (column === wanted ? [id] : []))
  return {
    Backlog: of('Backlog'),
    'In progress': of('In progress'),
    'Waiting for you': of('Waiting for you'),
    'Merge queue': of('Merge queue'),
    Done: of('Done').reverse(),
  }
}
