/** Looks of output on a terminal. Foreign text is made safe first. */
import { printable, printableJson } from '../printable.ts'
import type { Call } from './command.ts'
import type { Terminal } from './host/terminal.ts'

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 }
/** Style of text. */
export type Style = keyof typeof CODES

/** Styles a text, where the terminal has colour. */
export function styled({ hasColor }: Pick<Terminal, 'hasColor'>, style: Style, text: string): string {
  return hasColor ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text
}

/** Prints the outcome, once: as JSON for programs, else as text for people. */
export function print({ host, isJson }: Call, json: unknown, text: () => string): void {
  host.write(isJson ? `${printableJson(json)}\n` : `${text().replace(/\n+$/, '')}\n`)
}

/** Puts foreign text on one line, cut to `width` characters. */
export function oneLine(text: string, width = Number.POSITIVE_INFINITY): string {
  const safe = printable(text)
  return safe.length > width ? `${safe.slice(0, Math.max(1, width - 1))}…` : safe
}

/** Formats rows as columns, as wide as their content. */
export function columns(rows: string[][], indent = '  '): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => visible(row[at] ?? ''))))
  return rows
    .map((row) => `${indent}${row.map((cell, at) => padded(cell, widths[at]!)).join('  ')}`.trimEnd())
    .join('\n')
}

const visible = (text: string) => text.replaceAll(/\u001b\[\d+m/g, '').length

const padded = (cell: string, width: number) => cell + ' '.repeat(width - visible(cell))

/** Shortens a commit id to 10 digits. */
export const short = (commit: string): string => commit.slice(0, 10)

/** Counts in words: `1 ticket`, `2 tickets`. */
export const counted = (count: number, noun: string, nouns = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : nouns}`

/** Formats a duration in milliseconds, in its two largest units. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`
}

/** Lists the first few of many names. */
export function few(names: string[], most = 5): string {
  const shown = names.slice(0, most).map((name) => oneLine(name))
  return names.length > most ? `${shown.join(', ')} and ${names.length - most} more` : shown.join(', ')
}
