/** The lines of a transcript → rows to read: a call and its result are one, and what failed is known. */
import * as z from 'zod/mini'

/** A line of the file; `offset` is the byte at which it begins, which no other line has. */
export interface Entry {
  offset: number
  bytes: number
  /** Null: a line too long to be shown, or none that is known. */
  line: Line | null
}

// The page's policy allows no code made from text, which zod would try otherwise.
z.config({ jitless: true })

const USAGE = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  turns: z.number(),
  costUsd: z.nullable(z.number()),
})

const at = z.optional(z.number())
const LINE = z.discriminatedUnion('type', [
  z.object({ at, type: z.literal('prompt'), text: z.string() }),
  z.object({ at, type: z.literal('session'), id: z.string() }),
  z.object({ at, type: z.literal('text'), text: z.string() }),
  z.object({ at, type: z.literal('tool_start'), id: z.string(), name: z.string(), input: z.unknown() }),
  z.object({ at, type: z.literal('tool_end'), id: z.string(), output: z.string(), failed: z.boolean() }),
  z.object({ at, type: z.literal('retry'), error: z.string() }),
  z.object({ at, type: z.literal('limit'), until: z.nullable(z.number()) }),
  z.object({ at, type: z.literal('usage'), usage: USAGE }),
  z.object({ at, type: z.literal('stderr'), text: z.string() }),
  z.object({ at, type: z.literal('other'), raw: z.unknown() }),
  z.object({
    at,
    type: z.literal('end'),
    ok: z.boolean(),
    reason: z.optional(z.string()),
    detail: z.optional(z.string()),
  }),
])
export type Line = z.infer<typeof LINE>

/** Null for what is no line of a transcript: it is left out rather than in the way. */
export function parsed(text: string): Line | null {
  try {
    return LINE.parse(JSON.parse(text))
  } catch {
    return null
  }
}

export interface Result {
  output: string
  failed: boolean
}

export type Row = { key: number; at: number | null } & (
  | { kind: 'prompt' | 'said' | 'note' | 'stderr' | 'cut'; text: string }
  /** `result` null: it runs, or it was cut off. */
  | { kind: 'tool'; name: string; input: unknown; result: Result | null }
  /** What a call gave that is further up than what is loaded. */
  | { kind: 'result'; result: Result }
  | { kind: 'retry' | 'failed' | 'ended'; text: string }
)

/** What a reader looks for first. */
export const isError = (row: Row): boolean =>
  row.kind === 'failed' ||
  row.kind === 'retry' ||
  ((row.kind === 'tool' || row.kind === 'result') && row.result?.failed === true)

export function rowsOf(entries: readonly Entry[]): Row[] {
  const rows: Row[] = []
  const calls = new Map<string, Extract<Row, { kind: 'tool' }>>()
  for (const { offset: key, line } of entries) {
    const row = line ? rowOf(key, line, calls) : cut(key)
    const last = rows.at(-1)
    if (row?.kind === 'stderr' && last?.kind === 'stderr') last.text += `\n${row.text}`
    else if (row) rows.push(row)
    if (line?.type === 'tool_start' && row?.kind === 'tool') calls.set(line.id, row)
  }
  return rows
}

const cut = (key: number): Row => ({ key, at: null, kind: 'cut', text: 'A line that cannot be shown here.' })

function rowOf(key: number, line: Line, calls: Map<string, Extract<Row, { kind: 'tool' }>>): Row | null {
  const head = { key, at: line.at ?? null }
  switch (line.type) {
    case 'prompt':
      return { ...head, kind: 'prompt', text: line.text }
    case 'text':
      return { ...head, kind: 'said', text: line.text }
    case 'tool_start':
      return { ...head, kind: 'tool', name: line.name, input: line.input, result: null }
    case 'tool_end':
      return resultOf(head, line, calls)
    case 'retry':
      return { ...head, kind: 'retry', text: line.error }
    case 'limit':
      return { ...head, kind: 'note', text: limitOf(line.until) }
    case 'stderr':
      return { ...head, kind: 'stderr', text: line.text }
    case 'end':
      return line.ok
        ? { ...head, kind: 'ended', text: 'The agent ended its turn.' }
        : { ...head, kind: 'failed', text: [line.reason, line.detail].filter(Boolean).join(': ') }
    case 'session':
    case 'usage':
    case 'other':
      return null
  }
}

function resultOf(
  head: { key: number; at: number | null },
  { id, output, failed }: Extract<Line, { type: 'tool_end' }>,
  calls: Map<string, Extract<Row, { kind: 'tool' }>>,
): Row | null {
  const call = calls.get(id)
  if (!call) return { ...head, kind: 'result', result: { output, failed } }
  call.result = { output, failed }
  calls.delete(id)
  return null
}

const limitOf = (until: number | null): string =>
  until === null
    ? 'The account is used up for now.'
    : `The account is used up until ${new Date(until).toLocaleString()}.`
