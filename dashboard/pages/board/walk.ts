/** Steps of the arrow keys between cards. */
import type { Ticket } from '../../../src/ticket/ticket.ts'
import { COLUMNS, type Column } from './columns.ts'

/** Direction of a step. */
export type Way = 'up' | 'down' | 'left' | 'right'

/** Ticket one step on; the same one where there is none. From null it is the first of all. */
export function step(
  columns: Record<Column, readonly Ticket[]>,
  from: number | null,
  way: Way,
): number | null {
  const filled = COLUMNS.map((name) => columns[name]).filter((list) => list.length > 0)
  const column = filled.findIndex((list) => list.some(({ id }) => id === from))
  if (column === -1) return filled[0]?.[0]?.id ?? null
  const here = filled[column]!
  const place = here.findIndex(({ id }) => id === from)
  if (way === 'up' || way === 'down') return (here[place + (way === 'up' ? -1 : 1)] ?? here[place]!).id
  const next = filled[column + (way === 'left' ? -1 : 1)]
  return next ? next[Math.min(place, next.length - 1)]!.id : from
}
