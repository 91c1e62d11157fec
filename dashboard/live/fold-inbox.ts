/** Inbox folded from the log, by the server's own code. */
import type { EventEntry, KeptInbox, WaitingEntry } from '../../src/api/client.ts'
import { born } from '../../src/ticket/evolve.ts'
import { ticketJson } from '../../src/ticket/json.ts'
import { askOf } from '../../src/ticket/notice.ts'
import { HUMAN, needsPerson, type Ticket } from '../../src/ticket/ticket.ts'
import { evolved } from './evolved.ts'

/** Inbox in this page. */
export interface Inbox {
  byId: ReadonlyMap<number, Ticket>
  /** Ids of tickets that agents could not do. */
  escalated: ReadonlySet<number>
  /** Ids of the tickets' blockers that are not done. */
  openBlockers: ReadonlySet<number>
  /** Entries to show. */
  entries: readonly WaitingEntry[]
}

/** Converts the server's answer to the inbox. */
export const inboxOf = ({ tickets, escalated, open_blockers }: Omit<KeptInbox, 'seq'>): Inbox =>
  shown({
    byId: new Map(tickets.map((ticket) => [ticket.id, ticket])),
    escalated: new Set(escalated),
    openBlockers: new Set(open_blockers),
  })

/** Folds events into the inbox. The same object when they do not touch it; null when it must be fetched anew. */
export function foldedInbox(before: Inbox, entries: readonly EventEntry[]): Inbox | null {
  const byId = new Map(before.byId)
  const escalated = new Set(before.escalated)
  const openBlockers = new Set(before.openBlockers)
  let touched = false
  for (const entry of entries) {
    const { ticket: id, event, at } = entry
    if (event.type === 'done' && openBlockers.delete(id)) touched = true
    const ticket = byId.get(id)
    if (!ticket && event.type !== 'created') {
      if (mayEnter(entry) || (event.type === 'reopened' && isWaitedFor(byId, id))) return null
      continue
    }
    // Whether what it waits for now is done already is not known here.
    if (event.type === 'blocker_added') return null
    const next = ticket ? evolved(ticket, event, at) : event.type === 'created' ? born(id, event, at) : null
    if (next === null) return null
    if (next === ticket || (!ticket && !needsPerson(next))) continue
    touched = true
    if (needsPerson(next)) byId.set(id, next)
    else byId.delete(id)
    if (event.type === 'escalated') escalated.add(id)
    else if ('assignedTo' in event && event.assignedTo === HUMAN) escalated.delete(id)
  }
  return touched ? shown({ byId, escalated, openBlockers }) : before
}

/** True for an event that may make a ticket a person's. */
const mayEnter = ({ event }: EventEntry): boolean =>
  event.type === 'escalated' || event.type === 'held' || ('assignedTo' in event && event.assignedTo === HUMAN)

const isWaitedFor = (byId: ReadonlyMap<number, Ticket>, id: number): boolean =>
  [...byId.values()].some(({ blockedBy }) => blockedBy.includes(id))

function shown(parts: Omit<Inbox, 'entries'>): Inbox {
  const { byId, escalated, openBlockers } = parts
  const entries = [...byId.values()]
    .sort((a, b) => a.id - b.id)
    .map((ticket) => {
      const asks = askOf(ticket)
      return {
        ...ticketJson(ticket),
        asks:
          asks === 'assigned' && ticket.attempts > 0 && escalated.has(ticket.id)
            ? ('escalated' as const)
            : asks,
        open_blockers: ticket.blockedBy.filter((id) => openBlockers.has(id)).length,
      }
    })
  return { ...parts, entries }
}
