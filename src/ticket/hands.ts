/** Changes by hand: the fields of a ticket, its status and its holder. */
import { type Actor, type Command, isRefusal, type Refusal, refuse } from './commands.ts'
import type { TicketEvent, Updated } from './events.ts'
import { tooLarge, tooLong } from './size.ts'
import { claimed, type Decision, isDone, unclaimed } from './steps.ts'
import type { Ticket } from './ticket.ts'

type Update = Extract<Command, { type: 'update' }>

/** Decides on an update: the events, or a refusal. */
export function update(ticket: Ticket, command: Update, by: Actor): Decision {
  if (command.status === 'done')
    return refuse('conflict', "Error: Cannot set status to 'done' directly. Use 'mark-done' instead.")
  const edited = edits(ticket, command)
  if (isRefusal(edited)) return edited
  const moved = move(ticket, command, by)
  return isRefusal(moved) ? moved : [...edited, ...moved]
}

/** Makes one event for the fields that really change, or none. */
export function edits(
  ticket: Ticket,
  { title, description, ticketType, priority }: Omit<Update, 'type' | 'assignedTo' | 'status'>,
): Updated[] | Refusal {
  const trimmed = title?.trim()
  if (trimmed === '') return refuse('invalid', 'Error: ticket title cannot be empty.')
  const isNew = trimmed !== undefined && trimmed !== ticket.title
  const large = (isNew ? tooLong(trimmed) : null) ?? tooLarge('The description', description)
  if (large) return large
  const fields = {
    ...(isNew && { title: trimmed }),
    ...(description !== undefined && description !== ticket.description && { description }),
    ...(ticketType !== undefined && ticketType !== ticket.type && { ticketType }),
    ...(priority !== undefined && priority !== ticket.priority && { priority }),
  }
  return Object.keys(fields).length > 0 ? [{ type: 'updated', ...fields }] : []
}

/** Makes the events of a change of status or assignee. */
function move(ticket: Ticket, command: Update, by: Actor): Decision {
  const { stage } = ticket
  const assign = command.assignedTo === undefined ? undefined : command.assignedTo || null
  if (stage.status === 'done') {
    if (command.status === undefined || command.status === 'done') return reassign(stage.assignedTo, assign)
    return command.status === 'open' ? [{ type: 'reopened' }, ...reassign(null, assign)] : isDone(ticket)
  }
  const status = command.status ?? (assign === null ? 'open' : stage.status)
  if (stage.status === 'open') {
    if (status === 'open') return reassign(stage.assignedTo, assign)
    return take(ticket, status, assign ?? stage.assignedTo ?? by.name)
  }
  if (status === 'open') return [unclaimed(ticket, null), ...reassign(null, assign)]
  if (status === stage.status && (assign ?? stage.holder) === stage.holder) return []
  // Taken from an agent for somebody else, it is not thereby in that one's hands: it waits for them.
  if (stage.leased && command.status === undefined)
    return [unclaimed(ticket, null), ...reassign(null, assign)]
  return take(ticket, status, assign ?? (status === 'ready' ? stage.holder : by.name))
}

function reassign(from: string | null, to: string | null | undefined): TicketEvent[] {
  return to === undefined || to === from ? [] : [{ type: 'updated', assignedTo: to }]
}

/** Claims the ticket by hand for `holder`, and submits it when `status` is ready. */
function take(ticket: Ticket, status: Update['status'], holder: string): Decision {
  const { stage } = ticket
  if (stage.status === 'in_progress' && status === 'ready' && (stage.leased || stage.holder === holder))
    return submit(ticket)
  const claim = claimed(ticket, holder, false)
  const before = stage.status === 'open' ? [] : [unclaimed(ticket, null)]
  const after: TicketEvent[] =
    status === 'ready' ? [{ type: 'completed', attempt: claim.attempt, work: null }] : []
  return [...before, claim, ...after]
}

/** Submits the work as complete for a person, whoever holds it. */
export function complete(ticket: Ticket, _: { type: 'complete' }, by: Actor): Decision {
  const { stage } = ticket
  if (stage.status !== 'open') return submit(ticket)
  return take(ticket, 'ready', stage.assignedTo ?? by.name)
}

function submit(ticket: Ticket): Decision {
  const { stage } = ticket
  if (stage.status === 'done') return isDone(ticket)
  if (stage.status !== 'in_progress') return []
  if (!stage.leased) return [{ type: 'completed', attempt: stage.attempt, work: null }]
  return refuse(
    'conflict',
    `${stage.holder} is working on ticket ${ticket.id}. Take it back first: ticket unclaim ${ticket.id}.`,
  )
}
