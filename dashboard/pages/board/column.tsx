/** Column of the board. Of thousands of tickets only those on the screen are drawn. */
import { type DragEvent, memo, useEffect, useRef, useState } from 'react'
import { VList, type VListHandle } from 'virtua'
import type { Ticket } from '../../../src/ticket/ticket.ts'
import { Card } from './card.tsx'
import { type ById, COLUMN_NAMES, type Column as Name, openBlockers } from './columns.ts'

interface ColumnProps {
  name: Name
  tickets: readonly Ticket[]
  /** Tickets by id, blockers included. */
  byId: ById
  /** Number of tickets in all, where not all are here. */
  total: number
  /** Ticket that has the keyboard, when it is here. */
  current: number | null
  /** Called when a ticket was dropped at a place of this column. */
  onDrop?: ((name: Name, id: number, place: number) => void) | undefined
}

const DRAGGED = 'application/x-swarm-ticket'

/** Column, drawn again only when something in it has changed. */
export const Column = memo(function Column({ name, tickets, byId, total, current, onDrop }: ColumnProps) {
  const list = useRef<VListHandle>(null)
  const [isOver, setOver] = useState(false)
  const at = current === null ? -1 : tickets.findIndex(({ id }) => id === current)
  useEffect(() => {
    if (at >= 0) list.current?.scrollToIndex(at, { align: 'nearest' })
  }, [at])

  const takes = (event: DragEvent) => onDrop !== undefined && event.dataTransfer.types.includes(DRAGGED)
  const drop = (event: DragEvent) => {
    setOver(false)
    if (!takes(event)) return
    event.preventDefault()
    onDrop?.(name, Number(event.dataTransfer.getData(DRAGGED)), placeUnder(event, tickets))
  }
  return (
    <section
      className="board-column"
      aria-labelledby={`column-${name}`}
      data-over={isOver}
      data-empty={tickets.length === 0}
      onDragOver={(event) => {
        if (!takes(event)) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <h2 id={`column-${name}`}>
        {COLUMN_NAMES[name]} <span className="number quiet">{total}</span>
      </h2>
      {tickets.length === 0 ? (
        <p className="board-none">None</p>
      ) : (
        <VList ref={list} className="board-list" bufferSize={400} itemSize={84} data={tickets}>
          {(ticket) => (
            <div key={ticket.id} className="board-slot">
              <Card
                ticket={ticket}
                blockers={ticket.blockedBy.length > 0 ? openBlockers(ticket, byId) : NONE}
                isCurrent={ticket.id === current}
                onDragStart={carry}
              />
            </div>
          )}
        </VList>
      )}
    </section>
  )
})

const NONE: readonly number[] = []

function carry(event: DragEvent): void {
  const id = (event.currentTarget as HTMLElement).dataset.ticket
  if (id) event.dataTransfer.setData(DRAGGED, id)
  event.dataTransfer.effectAllowed = 'move'
}

/** Place under the pointer: before or after the card there; at the end below all of them. */
function placeUnder(event: DragEvent, tickets: readonly Ticket[]): number {
  const card = (event.target as Element).closest<HTMLElement>('.board-slot')
    ?.firstElementChild as HTMLElement | null
  const place = tickets.findIndex(({ id }) => String(id) === card?.dataset.ticket)
  if (place === -1 || !card) return tickets.length
  const { top, height } = card.getBoundingClientRect()
  return event.clientY < top + height / 2 ? place : place + 1
}
