/** Event → words for people. One place, so that log, dashboard and notifications say the same. */
import { startOf } from './cut.ts'
import type { LogEntry, TicketEvent } from './events.ts'
import type { Resolution } from './ticket.ts'

/** Sentence that names the ticket and the actor. */
export function sentence({ ticket, by, event }: Pick<LogEntry, 'ticket' | 'by' | 'event'>): string {
  return oneLine(`${by} ${predicate(event, `#${ticket}`, by)}`)
}

/** Puts a text on one line: titles, names and paths may hold line breaks. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

function predicate(event: TicketEvent, ticket: string, by: string): string {
  switch (event.type) {
    case 'created':
      return `files ${ticket}: ${event.title}`
    case 'updated':
      return `changes ${ticket}: ${changes(event)}`
    case 'claimed':
      return `claims ${ticket}${event.holder === by ? '' : ` for ${event.holder}`} (attempt ${event.attempt})`
    case 'advanced':
      return `is ${event.phase} on ${ticket}${event.why ? ` again: ${firstLine(event.why)}` : ''}`
    case 'declared':
      return `says why ${ticket} needs no change: ${firstLine(event.reason)}`
    case 'completed':
      return event.work === null ? `completes ${ticket}` : `submits the work of ${ticket}`
    case 'held':
      return `asks a person to approve ${event.paths.join(', ')} in ${ticket}`
    case 'approved':
      return `approves ${ticket}`
    case 'unclaimed':
      return `gives ${ticket} back${event.reason ? `: ${firstLine(event.reason)}` : ''}`
    case 'bounced':
      return `sends ${ticket} back (${event.reason}): ${firstLine(event.detail)}`
    case 'lost':
      return `takes ${ticket} back from a lost attempt: ${firstLine(event.detail)}`
    case 'escalated':
      return `asks a person to look at ${ticket}: ${firstLine(event.reason)}`
    case 'done':
      return DONE[event.resolution](ticket, event.commit, event.reason ? `: ${firstLine(event.reason)}` : '')
    case 'reopened':
      return `reopens ${ticket}`
    case 'blocker_added':
      return `makes ${ticket} wait for #${event.by}`
    case 'blocker_removed':
      return `no longer makes ${ticket} wait for #${event.by}`
    case 'commented':
      return `comments on ${ticket}: ${firstLine(event.body)}`
  }
}

const DONE: Record<Resolution, (ticket: string, commit: string | null, why: string) => string> = {
  landed: (ticket, commit) => `lands ${ticket} on main as ${(commit ?? '').slice(0, 10)}`,
  'no-change': (ticket, _, why) => `closes ${ticket} without a change${why}`,
  decomposed: (ticket, _, why) => `closes ${ticket} as split up${why}`,
  approved: (ticket) => `approves and closes ${ticket}`,
  rejected: (ticket, _, why) => `rejects ${ticket}${why}`,
  answered: (ticket, _, why) => `answers ${ticket}${why}`,
  passed: (ticket) => `passes ${ticket}`,
  failed: (ticket, _, why) => `fails ${ticket}${why}`,
  cancelled: (ticket, _, why) => `cancels ${ticket}${why}`,
}

/** Detail column of `ticket log`, in the original's words where it had them. One line. */
export const detail = (event: TicketEvent, ticket: number): string => oneLine(details(event, ticket))

function details(event: TicketEvent, ticket: number): string {
  switch (event.type) {
    case 'created':
      return event.title
    case 'updated':
      return changes(event)
    case 'claimed':
      return `Claimed by ${event.holder}`
    case 'completed':
      return event.work === null
        ? `Ticket #${ticket} marked work complete`
        : `Submitted ${event.work.slice(0, 10)}`
    case 'done':
      return [event.resolution, event.commit?.slice(0, 10), event.reason && firstLine(event.reason)]
        .filter(Boolean)
        .join(' · ')
    case 'unclaimed':
      return event.reason ?? `Released by ${event.holder ?? 'nobody'}`
    case 'blocker_added':
      return `Blocked by #${event.by}`
    case 'blocker_removed':
      return `Unblocked from #${event.by}`
    case 'commented':
      return event.body.slice(0, 200)
    case 'advanced':
      return event.why ? `${event.phase} again: ${firstLine(event.why)}` : event.phase
    case 'declared':
      return `${event.resolution}: ${firstLine(event.reason)}`
    case 'held':
      return `Waits for approval of ${event.paths.join(', ')}`
    case 'bounced':
      return `${event.reason}: ${firstLine(event.detail)}`
    case 'lost':
      return firstLine(event.detail)
    case 'escalated':
      return firstLine(event.reason)
    case 'approved':
    case 'reopened':
      return ''
  }
}

function changes({ type: _, ...fields }: Extract<TicketEvent, { type: 'updated' }>): string {
  const told: string[] = []
  if (fields.title !== undefined) told.push(`title -> ${fields.title}`)
  if (fields.description !== undefined) told.push('description updated')
  if (fields.assignedTo !== undefined) told.push(`assigned_to -> ${fields.assignedTo ?? 'nobody'}`)
  if (fields.ticketType !== undefined) told.push(`type -> ${fields.ticketType}`)
  if (fields.priority !== undefined) told.push(`priority -> ${fields.priority}`)
  return told.join('; ')
}

/** First line with content, at most 160 characters. */
export function firstLine(text: string): string {
  const line = text.split('\n').find((each) => each.trim() !== '') ?? ''
  return startOf(line, 160)
}
