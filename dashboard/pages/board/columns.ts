/** Columns of the board: their tickets, their order, and the priority that a place means. */
import { byClaimOrder, byMergeQueueOrder } from '../../../src/ticket/order.ts'
import { assignee, needsPerson, type Ticket } from '../../../src/ticket/ticket.ts'

export const COLUMNS = ['backlog', 'progress', 'person', 'merging', 'done'] as const
/** Id of a column. */
export type Column = (typeof COLUMNS)[number]

export const COLUMN_NAMES: Record<Column, string> = {
  backlog: 'Backlog',
  progress: 'In progress',
  person: 'Waiting for you',
  merging: 'Merge queue',
  done: 'Done',
}

/** Tickets by id. */
export type ById = ReadonlyMap<number, Ticket>

/** Ids of blockers that are not done. A missing one was done long ago. */
export const openBlockers = (ticket: Ticket, byId: ById): number[] =>
  ticket.blockedBy.filter((id) => {
    const blocker = byId.get(id)
    return blocker !== undefined && blocker.stage.status !== 'done'
  })

/** Column of a ticket. */
export function columnOf(ticket: Ticket, byId: ById): Column {
  switch (ticket.stage.status) {
    case 'open':
      return needsPerson(ticket) && openBlockers(ticket, byId).length === 0 ? 'person' : 'backlog'
    case 'in_progress':
      return 'progress'
    case 'ready':
      return needsPerson(ticket) ? 'person' : 'merging'
    case 'done':
      return 'done'
  }
}

/** Filter of the board. */
export interface Filter {
  text: string
  type: string
  who: string
}

/** Sorts the tickets that match a filter into columns, each in its order. */
export function columns(byId: ById, filter: Filter): Record<Column, Ticket[]> {
  const found: Record<Column, Ticket[]> = {
    backlog: [],
    progress: [],
    person: [],
    merging: [],
    done: [],
  }
  const fits = fitting(filter)
  for (const ticket of byId.values()) if (fits(ticket)) found[columnOf(ticket, byId)].push(ticket)
  for (const column of ['backlog', 'person'] as const) found[column].sort(byClaimOrder)
  found.merging.sort(byMergeQueueOrder)
  found.done.sort((a, b) => b.updatedAt - a.updatedAt)
  return found
}

/** Makes the test of a filter. */
export function fitting({ text, type, who }: Filter): (ticket: Ticket) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return (ticket) => {
    if (type !== '' && ticket.type !== type) return false
    if (who !== '' && assignee(ticket) !== who) return false
    if (words.length === 0) return true
    const all = `#${ticket.id} ${ticket.title} ${assignee(ticket) ?? ''}`.toLowerCase()
    return words.every((word) => all.includes(word))
  }
}

/** Limits of a priority in the API. */
const [LEAST, MOST] = [-1000, 1000]
/** Limits a priority to the range of the API. */
export const bounded = (priority: number): number => Math.max(LEAST, Math.min(MOST, priority))

/**
 * Priority that puts a ticket at a place of a list in claim order, given the list without it. Tickets of equal priority
 * go by their ids, so no place between two of those exists: the ticket goes before all of them.
 */
export function priorityAt(list: readonly Ticket[], place: number, moved: Ticket): number {
  const [above, below] = [list[place - 1], list[place]]
  if (!below)
    return above
      ? bounded(Math.min(moved.priority, above.priority - Number(above.id > moved.id)))
      : moved.priority
  const between = (priority: number) => {
    const at = { ...moved, priority }
    return (!above || byClaimOrder(above, at) < 0) && byClaimOrder(at, below) < 0
  }
  const candidates = [
    moved.priority,
    below.priority,
    below.priority + 1,
    above?.priority ?? below.priority + 1,
  ]
  return bounded(candidates.find(between) ?? below.priority + 1)
}
