/** Tickets and their rows. A row that contradicts itself does not load. */

import type { TicketRow as TableRow } from '../../ports/store.ts'
import { Trouble } from '../../ports/trouble.ts'
import {
  RESOLUTIONS,
  STATUSES,
  type Stage,
  type Status,
  type Ticket,
  type TicketType,
  TYPES,
  WORK_PHASES,
} from '../../ticket/ticket.ts'
import { empty, flag, integer, load, mismatch, nullable, oneOf, type Row, text, texts } from './fields.ts'
import type { Columns } from './shapes.ts'

/** Parses the row of a ticket; throws Trouble when it does not fit. */
export const loadTicket = (row: Row): Ticket => load(`Ticket ${row.id}`, row, parseTicket)

/** Parses the seven columns that a table shows: quick, since a list has thousands. */
export function loadTicketRow(row: unknown[]): TableRow {
  const id = row[0]
  const title = row[1]
  const status = row[2]
  const type = row[3]
  const assignedTo = row[4]
  const isWhole = typeof id === 'number' && typeof title === 'string'
  const isKnown = STATUSES.includes(status as Status) && TYPES.includes(type as TicketType)
  if (!isWhole || !isKnown) throw new Trouble('store', `Ticket ${id} does not load.`, { retryable: false })
  return {
    id,
    title,
    status: status as Status,
    type: type as TicketType,
    assignedTo: assignedTo as string | null,
    notBefore: row[5] as number | null,
    delay: row[6] as string | null,
  }
}

function parseTicket(row: Row): Ticket {
  const attempts = integer(row, 'attempts')
  const stage = parseStage(row)
  if ('attempt' in stage && stage.attempt !== attempts)
    mismatch(`its live attempt is ${stage.attempt} of ${attempts}`)
  return {
    id: integer(row, 'id'),
    title: text(row, 'title'),
    description: nullable(row, 'description', text),
    type: oneOf(row, 'type', TYPES),
    priority: integer(row, 'priority'),
    parent: nullable(row, 'parent', integer),
    createdBy: text(row, 'created_by'),
    createdAt: integer(row, 'created_at'),
    updatedAt: integer(row, 'updated_at'),
    attempts,
    charged: integer(row, 'charged'),
    blockedBy: idList(nullable(row, 'blocked_by', text)),
    stage,
  }
}

/** Parses `blocked_by`: ids with commas, in any order. */
const idList = (ids: string | null) =>
  ids === null
    ? []
    : ids
        .split(',')
        .map(Number)
        .sort((a, b) => a - b)

const LIVE = ['attempt', 'leased'] as const
const OPEN = ['not_before', 'delay', 'front'] as const
const READY = ['work', 'held', 'approved'] as const
const DONE = ['resolution', 'landed_as', 'reason'] as const

function parseStage(row: Row): Stage {
  const status = oneOf(row, 'status', STATUSES)
  switch (status) {
    case 'open':
      empty(row, ...LIVE, 'phase', ...READY, ...DONE)
      return {
        status,
        assignedTo: nullable(row, 'assigned_to', text),
        notBefore: nullable(row, 'not_before', integer),
        delay: nullable(row, 'delay', text),
        front: flag(row, 'front'),
      }
    case 'in_progress':
      empty(row, ...OPEN, ...READY, ...DONE)
      return { status, ...parseHolder(row), phase: oneOf(row, 'phase', WORK_PHASES) }
    case 'ready':
      empty(row, ...OPEN, 'phase', ...DONE)
      return {
        status,
        ...parseHolder(row),
        work: nullable(row, 'work', text),
        held: texts(row, 'held'),
        approved: flag(row, 'approved'),
      }
    case 'done': {
      empty(row, ...OPEN, ...LIVE, 'phase', ...READY)
      const resolution = oneOf(row, 'resolution', RESOLUTIONS)
      const commit = nullable(row, 'landed_as', text)
      if ((resolution === 'landed') !== (commit !== null))
        mismatch(`it is ${resolution} with the commit ${commit}`)
      const assignedTo = nullable(row, 'assigned_to', text)
      return { status, resolution, assignedTo, commit, reason: nullable(row, 'reason', text) }
    }
  }
}

const parseHolder = (row: Row) => ({
  attempt: integer(row, 'attempt'),
  holder: text(row, 'assigned_to'),
  leased: flag(row, 'leased'),
})

const NO_STAGE = {
  assigned_to: null,
  not_before: null,
  delay: null,
  front: null,
  attempt: null,
  leased: null,
  phase: null,
  work: null,
  held: null,
  approved: null,
  resolution: null,
  landed_as: null,
  reason: null,
}

/** Columns of a ticket without `blocked_by`, which has a table of its own. */
export function ticketRow(ticket: Ticket): Columns {
  return {
    id: ticket.id,
    title: ticket.title,
    description: ticket.description,
    type: ticket.type,
    priority: ticket.priority,
    parent: ticket.parent,
    created_by: ticket.createdBy,
    created_at: ticket.createdAt,
    updated_at: ticket.updatedAt,
    attempts: ticket.attempts,
    charged: ticket.charged,
    ...NO_STAGE,
    ...stageRow(ticket.stage),
  }
}

function stageRow(stage: Stage): Columns {
  const { status } = stage
  switch (status) {
    case 'open':
      return {
        status,
        assigned_to: stage.assignedTo,
        not_before: stage.notBefore,
        delay: stage.delay,
        front: Number(stage.front),
      }
    case 'in_progress':
      return { status, ...holderRow(stage), phase: stage.phase }
    case 'ready':
      return {
        status,
        ...holderRow(stage),
        work: stage.work,
        held: JSON.stringify(stage.held),
        approved: Number(stage.approved),
      }
    case 'done':
      return {
        status,
        assigned_to: stage.assignedTo,
        resolution: stage.resolution,
        landed_as: stage.commit,
        reason: stage.reason,
      }
  }
}

const holderRow = ({ attempt, holder, leased }: { attempt: number; holder: string; leased: boolean }) => ({
  attempt,
  assigned_to: holder,
  leased: Number(leased),
})
