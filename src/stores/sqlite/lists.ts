/**
 * Statements whose shape depends on a filter. One arm per status, each in the order of its index, which SQLite merges:
 * a page costs its length, however many tickets there are.
 */
import type { TicketFilter } from '../../ports/store.ts'
import { STATUSES } from '../../ticket/ticket.ts'
import type { Value } from './statement.ts'

/** Statement with its parameters. */
export interface Query {
  text: string
  params: Value[]
}

const WHOLE =
  'tickets.*, (SELECT group_concat(blocked_by) FROM blockers WHERE ticket = tickets.id) AS blocked_by'
const OF_A_TABLE =
  'tickets.id, tickets.title, tickets.status, tickets.type, tickets.assigned_to, tickets.not_before, tickets.delay'

/** Query of whole tickets, in the order of their ids. */
export const ticketsQuery = (filter: TicketFilter): Query => listQuery(filter, WHOLE)
/** Query of the seven columns that a table shows. */
export const rowsQuery = (filter: TicketFilter): Query => listQuery(filter, OF_A_TABLE)

function listQuery(filter: TicketFilter, columns: string): Query {
  const { after = 0, limit = -1 } = filter
  const arms = listArms(filter).map(({ text, params }) => ({
    text: `SELECT id FROM ${text} AND id > ?`,
    params: [...params, after],
  }))
  const picked = arms.map(({ text }) => text).join('\n  UNION ALL\n  ')
  return {
    text: `SELECT ${columns}
FROM (
  ${picked}
  ORDER BY id LIMIT ?
) AS picked CROSS JOIN tickets ON tickets.id = picked.id
ORDER BY picked.id`,
    params: [...arms.flatMap(({ params }) => params), limit],
  }
}

/** Query that counts tickets. */
export function countQuery({ status, assignedTo }: Pick<TicketFilter, 'status' | 'assignedTo'>): Query {
  const statuses = [...new Set(status ?? STATUSES)]
  if (assignedTo === undefined)
    return {
      text: `SELECT total(n) AS count FROM tallies WHERE status IN (${marks(statuses)})`,
      params: statuses,
    }
  return {
    text: `SELECT count(*) AS count FROM tickets INDEXED BY tickets_by_assignee
WHERE assigned_to = ? AND status IN (${marks(statuses)})`,
    params: [assignedTo, ...statuses],
  }
}

const marks = (values: unknown[]) => values.map(() => '?').join(', ')

/** Disjoint conditions, each with the index that has its tickets in the order of their ids. */
function listArms({ status, assignedTo, parent, ids }: TicketFilter): Query[] {
  const statuses = status && [...new Set(status)]
  if (statuses?.length === 0) return [{ text: 'tickets WHERE 0', params: [] }]
  if (ids !== undefined) return [idsArm(ids, statuses)]
  if (parent !== undefined) return [childrenArm(parent, statuses, assignedTo)]
  if (assignedTo !== undefined)
    return (statuses ?? STATUSES).map((each) => ({
      text: 'tickets INDEXED BY tickets_by_assignee WHERE assigned_to = ? AND status = ?',
      params: [assignedTo, each],
    }))
  if (statuses === undefined) return [{ text: 'tickets WHERE 1', params: [] }]
  return statuses.map((each) => ({
    text: 'tickets INDEXED BY tickets_by_status WHERE status = ?',
    params: [each],
  }))
}

/** Condition for given ids, looked up one by one: `+` keeps the planner from another index. */
function idsArm(ids: number[], statuses: string[] | undefined): Query {
  const named = 'tickets WHERE id IN (SELECT value FROM json_each(?))'
  if (statuses === undefined) return { text: named, params: [JSON.stringify(ids)] }
  return {
    text: `${named} AND +status IN (${marks(statuses)})`,
    params: [JSON.stringify(ids), ...statuses],
  }
}

/** Condition for children of a ticket. They are few, so they are scanned. */
function childrenArm(parent: number, statuses: string[] | undefined, assignedTo: string | undefined): Query {
  const conditions = ['tickets INDEXED BY tickets_by_parent WHERE parent = ?']
  const params: Value[] = [parent]
  if (statuses) {
    conditions.push(`status IN (${marks(statuses)})`)
    params.push(...statuses)
  }
  if (assignedTo !== undefined) {
    conditions.push('assigned_to = ?')
    params.push(assignedTo)
  }
  return { text: conditions.join(' AND '), params }
}
