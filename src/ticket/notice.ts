/** Notices to a person, and their actions. */
import { type Choice, isDecision } from './blockers.ts'
import type { LogEntry } from './events.ts'
import { firstLine, sentence } from './sentences.ts'
import { HUMAN, needsPerson, type Ticket } from './ticket.ts'

export const NOTICE_KINDS = [
  'question',
  'proposal',
  'verify',
  'approval',
  'assigned',
  'escalated',
  'budget',
  'paused',
  'all-done',
  'landed',
] as const
/** Kind of a notice. */
export type NoticeKind = (typeof NOTICE_KINDS)[number]

/** Kinds of a channel by default: everything that waits for a person, and that nothing is left to do. */
export const USUAL_KINDS: readonly NoticeKind[] = NOTICE_KINDS.filter((kind) => kind !== 'landed')

/** Kinds that wait until somebody acts; the rest is information. */
const URGENT: readonly NoticeKind[] = ['question', 'approval', 'escalated', 'budget', 'paused']
/** True for a kind that waits until somebody acts. */
export const isUrgent = (kind: NoticeKind): boolean => URGENT.includes(kind)

/** Content of a notice. */
export interface NoticeContent {
  kind: NoticeKind
  /** Text that the ticket itself does not hold. */
  body: string
}

/**
 * Makes the notice of an event, given the ticket as it is now; null for most events. Nobody is notified of their own
 * actions, nor of what is over by now.
 */
export function noticeOf(entry: LogEntry, ticket: Ticket, openBlockers: number): NoticeContent | null {
  const { event, by } = entry
  if (event.type === 'done' && event.resolution === 'landed') return { kind: 'landed', body: sentence(entry) }
  if (!needsPerson(ticket)) return null
  if (event.type === 'held') return { kind: 'approval', body: `The work changes ${event.paths.join(', ')}.` }
  if (event.type === 'escalated') return { kind: 'escalated', body: event.reason }
  const isAssigned = 'assignedTo' in event && event.assignedTo === HUMAN
  if (!isAssigned || by === HUMAN || openBlockers > 0) return null
  return { kind: askOf(ticket), body: '' }
}

/** Names what a ticket that waits for a person asks of them. */
export function askOf({ stage, type, createdBy }: Ticket): NoticeKind {
  switch (stage.status) {
    case 'ready':
      return 'approval'
    case 'open':
    case 'in_progress':
    case 'done':
      if (type === 'task') return 'assigned'
      return createdBy === BUDGET ? 'budget' : type
  }
}

/** True when agents gave up on a ticket, which brought it to a person, given its log. */
export const wasEscalated = (log: readonly LogEntry[]): boolean =>
  log.findLast(
    ({ event }) => event.type === 'escalated' || ('assignedTo' in event && event.assignedTo === HUMAN),
  )?.event.type === 'escalated'

/** Author of the questions about money. */
export const BUDGET = 'budget'

export const ACTIONS = ['approve', 'reject', 'pass', 'fail', 'answer', 'without', 'cancel'] as const
/** Action of a link. */
export type Action = (typeof ACTIONS)[number]

/** Answer that an action gives to a question about a blocker that came to nothing. */
export const CHOICE_OF: Partial<Record<Action, Choice>> = { without: 'go on', cancel: 'cancel' }

/** Lists the actions on a ticket that are possible by a link now. */
export function actionsFor(ticket: Ticket): readonly Action[] {
  if (!needsPerson(ticket)) return []
  if (askOf(ticket) === 'approval' || ticket.type === 'proposal') return ['approve', 'reject']
  if (isDecision(ticket)) return ['without', 'cancel']
  if (ticket.type === 'question') return ['answer']
  return ticket.type === 'verify' ? ['pass', 'fail'] : []
}

const HEADLINES: Record<NoticeKind, string> = {
  question: 'Question',
  proposal: 'Proposal',
  verify: 'Please verify',
  approval: 'Approval needed',
  assigned: 'For you',
  escalated: 'Stuck',
  budget: 'Budget',
  paused: 'Paused',
  'all-done': 'All done',
  landed: 'Landed',
}

/** Line that names the ticket: `Question #12: Which database?` */
export function headline(kind: NoticeKind, ticket: Pick<Ticket, 'id' | 'title'> | null): string {
  if (ticket === null) return HEADLINES[kind]
  return `${HEADLINES[kind]} #${ticket.id}: ${firstLine(ticket.title.replace(/\s+/g, ' ').trim())}`
}
