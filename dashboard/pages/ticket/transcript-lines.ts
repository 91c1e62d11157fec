/** The lines of a transcript → rows to read: a call and its result are one, and what failed is known. */
import { locally } from '../../../src/ticket/log-lines.ts'
import type { TranscriptEvent, TranscriptLine } from '../../../src/ticket/transcript.ts'
import { type Spoken, spokenOf } from '../../../src/ticket/transcript-words.ts'

/** Line of the file; `offset` is the byte at which it begins, which no other line has. */
export interface Entry {
  offset: number
  bytes: number
  /** Parsed line; null: too long to be shown. */
  line: TranscriptLine | null
}

/** Result of a tool. */
export interface Result {
  output: string
  failed: boolean
}

/** Row of a transcript. */
export type Row = { key: number; at: number | null } & (
  | { kind: Spoken | 'cut'; text: string }
  /** Call of a tool; `result` null: it runs, or was cut off. */
  | { kind: 'tool'; name: string; input: unknown; result: Result | null }
  /** Result of a call that is further up than the loaded part. */
  | { kind: 'result'; result: Result }
)

/** True for a row that a reader looks for first. */
export const isError = (row: Row): boolean =>
  row.kind === 'problem' || ((row.kind === 'tool' || row.kind === 'result') && row.result?.failed === true)

/** Converts lines to rows. */
export function rowsOf(entries: readonly Entry[]): Row[] {
  const rows: Row[] = []
  const calls: Calls = new Map()
  for (const { offset: key, line } of entries) {
    const row = line ? rowOf(key, line, calls) : cut(key)
    const last = rows.at(-1)
    if (row?.kind === 'printed' && last?.kind === 'printed') last.text += `\n${row.text}`
    else if (row) rows.push(row)
    if (line?.event.type === 'tool_start' && row?.kind === 'tool') calls.set(line.event.id, row)
  }
  return rows
}

const cut = (key: number): Row => ({ key, at: null, kind: 'cut', text: 'This line is too long to show.' })

type Calls = Map<string, Extract<Row, { kind: 'tool' }>>

function rowOf(key: number, { at, event }: TranscriptLine, calls: Calls): Row | null {
  const head = { key, at }
  if (event.type === 'tool_start')
    return { ...head, kind: 'tool', name: event.name, input: event.input, result: null }
  if (event.type === 'tool_end') return resultOf(head, event, calls)
  const words = spokenOf(event, locally)
  return words && { ...head, kind: words.tone, text: words.text }
}

function resultOf(
  head: { key: number; at: number | null },
  { id, output, failed }: Extract<TranscriptEvent, { type: 'tool_end' }>,
  calls: Calls,
): Row | null {
  const call = calls.get(id)
  if (!call) return { ...head, kind: 'result', result: { output, failed } }
  call.result = { output, failed }
  calls.delete(id)
  return null
}
