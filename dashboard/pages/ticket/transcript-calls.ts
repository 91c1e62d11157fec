/** Input of a tool → a short line, and a body to open. */
import { aboutOf } from '../../../src/ticket/transcript-words.ts'

/** Part of a body. */
export interface Part {
  key: string
  kind: 'text' | 'change'
  text: string
}

/** Converts the input of a tool. */
export function callOf(input: unknown): { about: string; body: Part[] } {
  const about = aboutOf(input)
  if (typeof input === 'string') return { about, body: [text('input', input)] }
  if (typeof input !== 'object' || input === null) return { about, body: [] }
  return { about, body: bodyOf(input as Record<string, unknown>) }
}

function bodyOf(fields: Record<string, unknown>): Part[] {
  const { command, old_string: old, new_string: fresh, content, edits, ...rest } = fields
  const body: Part[] = []
  if (typeof command === 'string') body.push(text('command', `$ ${command}`))
  for (const [index, edit] of [{ old_string: old, new_string: fresh }, ...listOf(edits)].entries())
    if (typeof edit.old_string === 'string' && typeof edit.new_string === 'string')
      body.push(change(`edit ${index}`, edited(edit.old_string, edit.new_string)))
  const isWritten = typeof rest.file === 'string' && typeof rest.text === 'string'
  const written = isWritten ? rest.text : content
  if (typeof written === 'string') body.push(change('content', marked('+', written)))
  const others = Object.entries(rest).filter(
    ([name]) => name !== 'description' && !(isWritten && name === 'text'),
  )
  if (others.length > 0) body.push(text('rest', others.map(told).join('\n')))
  return body
}

const told = ([name, value]: [string, unknown]): string =>
  `${name}: ${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}`

interface Edit {
  old_string?: unknown
  new_string?: unknown
}

const listOf = (edits: unknown): Edit[] =>
  Array.isArray(edits) ? edits.filter((each) => typeof each === 'object' && each !== null) : []

const text = (key: string, value: string): Part => ({ key, kind: 'text', text: value })
const change = (key: string, value: string): Part => ({ key, kind: 'change', text: value })

const edited = (old: string, fresh: string): string =>
  [old && marked('-', old), fresh && marked('+', fresh)].filter(Boolean).join('\n')

const marked = (sign: string, lines: string): string =>
  lines
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `${sign} ${line}`)
    .join('\n')
