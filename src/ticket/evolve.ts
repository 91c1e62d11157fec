/** Evolution of a ticket by its events. The same code runs in the server and in the dashboard. */
import type { Created, TicketEvent, Unclaimed } from './events.ts'
import { assignee, GIVEN_BACK, type Stage, type Ticket, type TicketId } from './ticket.ts'

/** Makes the ticket of a `created` event. */
export function born(id: TicketId, event: Created, at: number): Ticket {
  return {
    id,
    title: event.title,
    description: event.description,
    type: event.ticketType,
    priority: event.priority,
    parent: event.parent,
    createdBy: event.createdBy,
    createdAt: at,
    updatedAt: at,
    attempts: 0,
    charged: 0,
    blockedBy: [],
    stage: open(event.assignedTo),
  }
}

/** Applies an event to a ticket. `at` is milliseconds since the epoch. Throws for an event that cannot follow. */
export function evolve(ticket: Ticket, event: TicketEvent, at: number): Ticket {
  const next = { ...ticket, updatedAt: at }
  switch (event.type) {
    case 'created':
      throw new Error(`ticket ${ticket.id} is created twice`)
    case 'updated':
      return {
        ...next,
        title: event.title ?? ticket.title,
        description: event.description === undefined ? ticket.description : event.description,
        type: event.ticketType ?? ticket.type,
        priority: event.priority ?? ticket.priority,
        charged: event.assignedTo === undefined ? ticket.charged : 0,
        stage: event.assignedTo === undefined ? ticket.stage : assigned(ticket.stage, event.assignedTo),
      }
    case 'claimed':
      return {
        ...next,
        attempts: event.attempt,
        stage: {
          status: 'in_progress',
          attempt: event.attempt,
          holder: event.holder,
          leased: event.leased,
          phase: event.leased ? 'preparing' : 'working',
        },
      }
    case 'advanced':
      return { ...next, stage: { ...inProgress(ticket), phase: event.phase } }
    case 'completed': {
      const { attempt, holder, leased } = inProgress(ticket)
      return {
        ...next,
        stage: { status: 'ready', attempt, holder, leased, work: event.work, held: [], approved: false },
      }
    }
    case 'held':
      return { ...next, stage: { ...ready(ticket), held: event.paths } }
    case 'approved':
      if (ticket.stage.status === 'ready')
        return { ...next, stage: { ...ticket.stage, held: [], approved: true } }
      return { ...next, type: 'task', charged: 0, stage: open(null) }
    case 'unclaimed':
      return { ...next, ...(event.attempt === null && { charged: 0 }), stage: givenBack(event) }
    case 'bounced':
      return {
        ...next,
        charged: ticket.charged + (event.charged ? 1 : 0),
        stage: { ...backingOff(event.notBefore, event.reason), front: event.front },
      }
    case 'lost':
      return { ...next, stage: { ...open(null), front: true } }
    case 'escalated':
      return { ...next, stage: open('human') }
    case 'done': {
      const { resolution, commit, reason } = event
      return { ...next, stage: { status: 'done', resolution, assignedTo: assignee(ticket), commit, reason } }
    }
    case 'reopened':
      return { ...next, charged: 0, stage: open(null) }
    case 'blocker_added':
      return { ...next, blockedBy: [...ticket.blockedBy, event.by].sort((a, b) => a - b) }
    case 'blocker_removed':
      return { ...next, blockedBy: ticket.blockedBy.filter((id) => id !== event.by) }
    case 'declared':
    case 'commented':
      return ticket
  }
}

function open(assignedTo: string | null) {
  return { status: 'open', assignedTo, notBefore: null, delay: null, front: false } as const
}

const givenBack = ({ notBefore = null }: Unclaimed) => backingOff(notBefore, GIVEN_BACK)

function backingOff(notBefore: number | null, cause: string) {
  return { ...open(null), notBefore, delay: notBefore === null ? null : cause }
}

function assigned(stage: Stage, to: string | null): Stage {
  if (stage.status === 'in_progress' || stage.status === 'ready')
    throw new Error('a held ticket is not assigned')
  return { ...stage, assignedTo: to }
}

function inProgress(ticket: Ticket) {
  if (ticket.stage.status !== 'in_progress') throw new Error(`ticket ${ticket.id} is not in progress`)
  return ticket.stage
}

function ready(ticket: Ticket) {
  if (ticket.stage.status !== 'ready') throw new Error(`ticket ${ticket.id} is not ready`)
  return ticket.stage
}
