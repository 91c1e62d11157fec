/** Tickets as text for people. Foreign text cannot move the cursor, hide itself or pass for our own lines. */
import type { Attempt } from '../../ports/attempts.ts'
import type { Comment } from '../../ports/store.ts'
import { backOffIn } from '../../ticket/delays.ts'
import type { LogEntry, ProtectedPart } from '../../ticket/events.ts'
import { timestamp } from '../../ticket/json.ts'
import { outcomeWords, resolutionWords } from '../../ticket/outcomes.ts'
import { partLines } from '../../ticket/protected-parts.ts'
import { detail } from '../../ticket/sentences.ts'
import { inParts } from '../../ticket/size.ts'
import { assignee, type StageOf, type Ticket } from '../../ticket/ticket.ts'
import { printable } from '../printable.ts'

/** Splits text into safe lines; only tabs stay unchanged. */
const printableLines = (text: string): string[] =>
  text
    .replace(/\r?\n$/, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.split('\t').map(printable).join('\t'))

/** Columns of a ticket in a table. */
export interface Row {
  id: number
  status: string
  type: string
  assignedTo: string | null
  title: string
  /** Reason why nobody may claim it yet, in words. */
  delay: string | null
}

/** Makes the row of a ticket at `now`. */
export const rowOf = (ticket: Ticket, now: number): Row => ({
  id: ticket.id,
  status: ticket.stage.status,
  type: ticket.type,
  assignedTo: assignee(ticket),
  title: ticket.title,
  delay: ticket.stage.status === 'open' ? backOffIn(ticket.stage, now) : null,
})

/** Formats a table. `width`: the columns of a terminal that the lines must fit, or null for whole titles. */
export function table(rows: Row[], width: number | null): string {
  if (rows.length === 0) return 'No tickets found.'
  const middle = middles()
  const header = `${'ID'.padStart(5)}${middle('Status', 'Type', 'Assigned')}Title`
  const lines = rows.map(({ id, status, type, assignedTo, title, delay }) => {
    const start = String(id).padStart(5) + middle(status, type, assignedTo ?? '')
    const end = delay === null ? '' : printable(` (${delay})`)
    return start + fitted(printable(title), width === null ? null : width - start.length - end.length) + end
  })
  return [header, '-'.repeat(header.length), ...lines].join('\n')
}

/** Makes the columns that many rows share: padding them once makes a long table four times as fast. */
function middles(): (status: string, type: string, assigned: string) => string {
  const known = new Map<string, string>()
  return (status, type, assigned) => {
    const key = status + type + assigned
    const middle =
      known.get(key) ?? `  ${status.padEnd(14)}  ${type.padEnd(10)}  ${printable(assigned).padEnd(14)}  `
    known.set(key, middle)
    return middle
  }
}

/** Minimum characters of a title, however narrow the terminal. */
const LEGIBLE = 16

function fitted(title: string, room: number | null): string {
  if (room === null || title.length <= Math.max(room, LEGIBLE)) return title
  return `${title.slice(0, Math.max(room, LEGIBLE) - 1)}…`
}

/** Ticket with everything about it. */
export interface Whole {
  ticket: Ticket
  blocks: number[]
  comments: Comment[]
  /** Protected parts of files that work waiting for approval changes. */
  parts: ProtectedPart[]
  /** Newest attempts that have ended, oldest first. */
  ended: Attempt[]
}

/** Formats the whole ticket as it is at `now`. */
export function page({ ticket, blocks, comments, parts, ended }: Whole, now: number): string {
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
    ...ours(ticket, now),
    ...parts.flatMap(partLines).map((line) => `    ${printable(line)}`),
  ]
  if (ticket.description)
    lines.push('  Description:', ...printableLines(ticket.description).map((line) => `    ${line}`))
  lines.push(...inParts(ticket.description, comments).map((long) => field('Too long', long)))
  if (ticket.blockedBy.length > 0) lines.push(field('Blocked by', ticket.blockedBy.join(', ')))
  if (blocks.length > 0) lines.push(field('Blocks', blocks.join(', ')))
  const failed = ended.filter(({ outcome }) => outcome !== 'landed')
  if (failed.length > 0) lines.push('', '  Attempts that ended:', ...failed.map(ending))
  if (comments.length > 0)
    lines.push('', `  Comments (${comments.length}):`, ...commentLines(comments).map((line) => `    ${line}`))
  return lines.join('\n')
}

const ending = ({ number, outcome, reason }: Attempt) =>
  `    ${number}: ${printable(`${outcomeWords(outcome)}${reason ? `: ${reason.split('\n')[0]}` : ''}`)}`

const field = (label: string, value: string) => `  ${`${label}:`.padEnd(13)}${printable(value)}`

/** Lines about facts that the original does not have, where there are any. */
function ours({ priority, stage }: Ticket, now: number): string[] {
  const goesFirst = priority === 0 ? [] : [field('Priority', String(priority))]
  switch (stage.status) {
    case 'open': {
      const delay = backOffIn(stage, now)
      return [...(delay === null ? [] : [field('Backs off', delay)]), ...goesFirst]
    }
    case 'in_progress': {
      const { leased, attempt, phase } = stage
      return [...goesFirst, ...(leased ? [field('Attempt', `${attempt}, ${phase}`)] : [])]
    }
    case 'ready': {
      const asked = `to approve or reject its change to ${stage.held.join(', ')}`
      return [...goesFirst, ...(stage.held.length > 0 ? [field('Needs you', asked)] : [])]
    }
    case 'done':
      return [...goesFirst, field('Resolution', resolution(stage))]
  }
}

const resolution = ({ resolution, commit, reason }: StageOf<'done'>) =>
  [commit ? `${resolutionWords(resolution)} as ${commit.slice(0, 10)}` : resolutionWords(resolution), reason]
    .filter(Boolean)
    .join(': ')

/** Formats comments. Their further lines are indented, so that none can pass for a comment of its own. */
export const commentLines = (comments: Comment[]): string[] =>
  comments.flatMap(({ at, author, body }) => {
    const [first, ...rest] = printableLines(body)
    return [`[${timestamp(at)}] ${printable(author)}: ${first}`, ...rest.map((line) => `    ${line}`)]
  })

/** Formats an entry of the log. */
export const logLine = (entry: LogEntry): string =>
  [
    `[${timestamp(entry.at)}]`,
    `#${entry.ticket}`.padEnd(6),
    entry.event.type.padEnd(18),
    printable(who(entry)).padEnd(14),
    printable(detail(entry.event, entry.ticket)),
  ].join(' ')

/** Name of the actor, which a person may set with `--author` and `--created-by`. */
export function who({ by, event }: LogEntry): string {
  if (event.type === 'commented') return event.author
  return event.type === 'created' ? event.createdBy : by
}
