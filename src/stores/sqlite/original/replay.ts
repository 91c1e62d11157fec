/**
 * Replay of a ticket's history as events. The original kept rows and, beside them, an activity log in words; here the
 * row is what the log adds up to. The activity gives what happened and when, as far as it makes sense; the row has the
 * last word, and its surplus becomes events at the end. Changed texts appear in their present words: the old log did
 * not store them. The activity itself stays, word for word, in the table `original_activity`.
 */
import { type Attempt, newAttempt } from '../../../ports/attempts.ts'
import { DONE_BY_HAND } from '../../../ticket/commands.ts'
import type { LogEntry, TicketEvent } from '../../../ticket/events.ts'
import { born, evolve } from '../../../ticket/evolve.ts'
import { HUMAN, liveAttempt, type Ticket, type TicketId } from '../../../ticket/ticket.ts'
import type { OldActivity, OldComment, OldTicket } from './rows.ts'

/** Entry of the log before it has a number. */
export type Told = Omit<LogEntry, 'seq'>

/** Ticket with its log and attempts. */
export interface Tale {
  ticket: Ticket
  told: Told[]
  attempts: Attempt[]
}

/** Name in the log where the original named nobody. */
const SOMEONE = 'someone'
/** Name in the log for repairs of the upgrade. */
const SWARM = 'swarm'

/** Replays one ticket of the original with its activity and comments. */
export function replay(old: OldTicket, activity: OldActivity[], comments: OldComment[]): Tale {
  const tale = begin(old)
  const said = comments.map(({ at, author, body }) => ({
    at,
    by: author,
    events: (): TicketEvent[] => [{ type: 'commented', author, body }],
  }))
  const done = activity.map((row) => ({
    at: row.at,
    by: row.agent ?? SOMEONE,
    events: () => eventsOfLine(tale.ticket, row, old),
  }))
  for (const { at, by, events } of [...done, ...said].sort((a, b) => a.at - b.at))
    for (const event of events()) append(tale, { at, by, event })
  for (const event of [...settleBlockers(tale.ticket, old), ...settleStage(tale.ticket, old)])
    append(tale, { at: old.updatedAt, by: SWARM, event })
  if (tale.ticket.updatedAt < old.updatedAt)
    append(tale, { at: old.updatedAt, by: SWARM, event: { type: 'updated', title: old.title } })
  return tale
}

function begin(old: OldTicket): Tale {
  const { id, title, description, parent, createdBy, createdAt: at } = old
  const event = {
    type: 'created',
    title,
    description,
    ticketType: old.type,
    priority: 0,
    parent,
    assignedTo: old.status === 'open' ? old.assignedTo : null,
    createdBy,
  } as const
  return { ticket: born(id, event, at), told: [{ at, ticket: id, by: createdBy, event }], attempts: [] }
}

/** Appends an event; time never runs backwards within a ticket. */
function append(tale: Tale, { by, event, at: when }: Omit<Told, 'ticket'>): void {
  const at = Math.max(when, tale.told[tale.told.length - 1]!.at)
  tale.ticket = evolve(tale.ticket, event, at)
  tale.told.push({ at, ticket: tale.ticket.id, by, event })
  keepAttempts(tale, event, at)
}

function keepAttempts({ ticket, attempts }: Tale, event: TicketEvent, at: number): void {
  const last = attempts[attempts.length - 1]
  if (event.type === 'claimed') attempts.push(newAttempt(ticket.id, event, at))
  if (!last || last.endedAt !== null || liveAttempt(ticket) !== null) return
  last.endedAt = at
  last.outcome = event.type === 'done' ? 'finished' : 'released'
}

/** Events of one line of the activity, for the ticket at that time; empty when it cannot have happened. */
function eventsOfLine(ticket: Ticket, { action, agent, detail }: OldActivity, old: OldTicket): TicketEvent[] {
  const { status } = ticket.stage
  switch (action) {
    case 'updated':
      return updated(detail, old)
    case 'claimed':
      return [...freed(ticket), claimed(ticket, agent ?? HUMAN)]
    case 'completed':
      if (status === 'open') return [claimed(ticket, agent ?? HUMAN), completed(ticket.attempts + 1)]
      return status === 'in_progress' ? [completed(ticket.attempts)] : []
    case 'done':
      return status === 'done' ? [] : [finished(old)]
    case 'unclaimed':
      return status === 'open' ? [] : freed(ticket, detail.startsWith('Auto-released') ? detail : null)
    case 'blocker_added':
    case 'blocker_removed':
      return reblocked(ticket, action, Number(/#(\d+)/.exec(detail)?.[1]), old)
    default:
      return []
  }
}

function updated(detail: string, { title, description, type }: OldTicket): TicketEvent[] {
  const fields = {
    ...(/(^|; )title -> /.test(detail) && { title }),
    ...(/(^|; )description updated/.test(detail) && { description }),
    ...(/(^|; )type -> /.test(detail) && { ticketType: type }),
  }
  return Object.keys(fields).length > 0 ? [{ type: 'updated', ...fields }] : []
}

/** Events of a changed blocker, only where the row still knows it: edges that are gone or were removed are left out. */
function reblocked(
  ticket: Ticket,
  type: 'blocker_added' | 'blocker_removed',
  by: TicketId,
  old: OldTicket,
): TicketEvent[] {
  if (!old.blockedBy.includes(by)) return []
  return ticket.blockedBy.includes(by) === (type === 'blocker_removed') ? [{ type, by }] : []
}

function settleBlockers(ticket: Ticket, old: OldTicket): TicketEvent[] {
  return old.blockedBy
    .filter((by) => !ticket.blockedBy.includes(by))
    .map((by) => ({ type: 'blocker_added', by }))
}

function settleStage(ticket: Ticket, { status, assignedTo, type }: OldTicket): TicketEvent[] {
  const { stage } = ticket
  const holder = assignedTo ?? HUMAN
  const isHeldSo = 'holder' in stage && stage.holder === holder
  switch (status) {
    case 'open': {
      const isAssignedSo = assignedTo === (stage.status === 'open' ? stage.assignedTo : null)
      return [...freed(ticket), ...(isAssignedSo ? [] : [{ type: 'updated', assignedTo } as const])]
    }
    case 'in_progress':
      if (stage.status === 'in_progress' && isHeldSo) return []
      return [...freed(ticket), claimed(ticket, holder)]
    case 'ready':
      if (stage.status === 'ready' && isHeldSo) return []
      if (stage.status === 'in_progress' && isHeldSo) return [completed(ticket.attempts)]
      return [...freed(ticket), claimed(ticket, holder), completed(ticket.attempts + 1)]
    case 'done': {
      const events: TicketEvent[] = stage.status === 'done' ? [] : [finished({ type })]
      return [
        ...events,
        ...(isAssigned(ticket, assignedTo) ? [] : [{ type: 'updated', assignedTo } as const]),
      ]
    }
  }
}

const isAssigned = ({ stage }: Ticket, to: string | null) =>
  ('holder' in stage ? stage.holder : stage.assignedTo) === to

/** Events that take the ticket from its holder; empty when nobody holds it. */
function freed(ticket: Ticket, reason: string | null = null): TicketEvent[] {
  const { stage } = ticket
  if (stage.status === 'open') return []
  if (stage.status === 'done') return [{ type: 'reopened' }]
  return [{ type: 'unclaimed', attempt: stage.attempt, holder: stage.holder, reason }]
}

const claimed = (ticket: Ticket, holder: string) =>
  ({ type: 'claimed', attempt: ticket.attempts + 1, holder, leased: false }) as const

const completed = (attempt: number) => ({ type: 'completed', attempt, work: null }) as const

/** Event of a finished ticket: the original stored no resolution. */
const finished = ({ type }: Pick<OldTicket, 'type'>) =>
  ({
    type: 'done',
    resolution: DONE_BY_HAND[type],
    commit: null,
    reason: 'Done before the upgrade.',
  }) as const
