/** Tickets as text for people. What others wrote cannot move the cursor, hide itself or pass for our own lines. */
import type { Comment } from '../../ports/store.ts'
import type { LogEntry } from '../../ticket/events.ts'
import { timestamp } from '../../ticket/json.ts'
import { detail } from '../../ticket/sentences.ts'
import { assignee, type Done, type Ticket } from '../../ticket/ticket.ts'

/** Controls, and the marks that reorder or hide the text around them. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g
const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** One line that shows what is unsafe in it. */
export const printable = (text: string): string =>
  text.replace(UNSAFE, (char) => {
    const code = char.charCodeAt(0)
    return NAMED[char] ?? (code < 256 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`)
  })

/** JSON that is safe to look at, too: it reads back as the same text. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(UNSAFE, (char) =>
    char === '\n' ? char : `\\u${hex(char.charCodeAt(0), 4)}`,
  )

const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0')

/** Several lines, each safe; only tabs stay as they are. */
const printableLines = (text: string): string[] =>
  text
    .replace(/\r?\n$/, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.split('\t').map(printable).join('\t'))

const row = (id: string, status: string, type: string, assigned: string) =>
  `${id.padStart(5)}  ${status.padEnd(14)}  ${type.padEnd(10)}  ${assigned.padEnd(14)}  `

/** `width`: the columns of a terminal that the lines must fit, or null for whole titles. */
export function table(tickets: Ticket[], width: number | null): string {
  if (tickets.length === 0) return 'No tickets found.'
  const header = `${row('ID', 'Status', 'Type', 'Assigned')}Title`
  const lines = tickets.map((ticket) => {
    const { id, type, stage } = ticket
    const start = row(String(id), stage.status, type, printable(assignee(ticket) ?? ''))
    return start + fitted(printable(ticket.title), width === null ? null : width - start.length)
  })
  return [header, '-'.repeat(header.length), ...lines].join('\n')
}

/** A title is never cut below this many characters, however narrow the terminal. */
const LEGIBLE = 16

function fitted(title: string, room: number | null): string {
  if (room === null || title.length <= Math.max(room, LEGIBLE)) return title
  return `${title.slice(0, Math.max(room, LEGIBLE) - 1)}…`
}

export interface Whole {
  ticket: Ticket
  blocks: number[]
  comments: Comment[]
}

export function page({ ticket, blocks, comments }: Whole): string {
  const lines = [
    `Ticket #${ticket.id}`,
    field('Title', ticket.title),
    field('Type', ticket.type),
    field('Status', ticket.stage.status),
    field('Assigned', assignee(ticket) ?? '(none)'),
    field('Created by', ticket.createdBy),
    field('Parent', ticket.parent === null ? '(none)' : String(ticket.parent)),
    field('Created', timestamp(ticket.createdAt)),
    field('Updated', timestamp(ticket.updatedAt)),
    ...ours(ticket),
  ]
  if (ticket.description)
    lines.push('  Description:', ...printableLines(ticket.description).map((line) => `    ${line}`))
  if (ticket.blockedBy.length > 0) lines.push(field('Blocked by', ticket.blockedBy.join(', ')))
  if (blocks.length > 0) lines.push(field('Blocks', blocks.join(', ')))
  if (comments.length > 0)
    lines.push('', `  Comments (${comments.length}):`, ...commentLines(comments).map((line) => `    ${line}`))
  return lines.join('\n')
}

const field = (label: string, value: string) => `  ${`${label}:`.padEnd(13)}${printable(value)}`

/** What the original does not have, only where there is something to say. */
function ours({ priority, stage }: Ticket): string[] {
  const lines: string[] = []
  if (priority !== 0) lines.push(field('Priority', String(priority)))
  if (stage.status === 'in_progress' && stage.leased)
    lines.push(field('Attempt', `${stage.attempt}, ${stage.phase}`))
  if (stage.status === 'ready' && stage.held.length > 0)
    lines.push(field('Needs you', `to approve or reject its change to ${stage.held.join(', ')}`))
  if (stage.status === 'done') lines.push(field('Resolution', resolution(stage)))
  return lines
}

const resolution = ({ resolution, commit, reason }: Done) =>
  [commit ? `${resolution} as ${commit.slice(0, 10)}` : resolution, reason].filter(Boolean).join(': ')

/** The lines that a comment goes on for are indented: none of them can pass for a comment of its own. */
export const commentLines = (comments: Comment[]): string[] =>
  comments.flatMap(({ at, author, body }) => {
    const [first, ...rest] = printableLines(body)
    return [`[${timestamp(at)}] ${printable(author)}: ${first}`, ...rest.map((line) => `    ${line}`)]
  })

export const logLine = (entry: LogEntry): string =>
  [
    `[${timestamp(entry.at)}]`,
    `#${entry.ticket}`.padEnd(6),
    entry.event.type.padEnd(18),
    printable(who(entry)).padEnd(14),
    printable(detail(entry.event, entry.ticket)),
  ].join(' ')

/** In whose name it happened, which a person may say with `--author` and `--created-by`. */
export function who({ by, event }: LogEntry): string {
  if (event.type === 'commented') return event.author
  return event.type === 'created' ? event.createdBy : by
}
