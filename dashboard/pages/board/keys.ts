/** Keyboard of the board: one card has the focus, the arrows move it, and actions apply to that card. */
import { type FocusEvent, useEffect, useRef, useState } from 'react'
import type { Ticket } from '../../../src/ticket/ticket.ts'
import { go } from '../../shell/router.ts'
import { useShortcuts } from '../../shell/shortcuts.ts'
import type { Column } from './columns.ts'
import { step, type Way } from './walk.ts'

interface Doing {
  onEdit: (id: number) => void
  onRaise: (id: number, by: number) => void
}

/** Offers the keys of the board; gives its ref and the card with the focus. */
export function useBoardKeys(columns: Record<Column, Ticket[]>, { onEdit, onRaise }: Doing) {
  const board = useRef<HTMLElement>(null)
  const [chosen, setChosen] = useState<number | null>(null)
  const isMoving = useRef(false)
  /** Current card; with none chosen, Tab leads to the first. */
  const current = step(columns, null, 'down') === null ? null : (chosen ?? step(columns, null, 'down'))

  const walk = (way: Way) => {
    isMoving.current = true
    setChosen(chosen === null ? step(columns, null, way) : step(columns, chosen, way))
  }
  // A card far down the column is drawn only after the column has scrolled to it.
  useEffect(() => {
    if (!isMoving.current || chosen === null) return
    isMoving.current = false
    let tries = 10
    const focus = () => {
      const card = board.current?.querySelector<HTMLElement>(`[data-ticket="${chosen}"]`)
      if (card) card.focus({ preventScroll: false })
      else if (tries-- > 0) requestAnimationFrame(focus)
    }
    focus()
  }, [chosen])

  const withChosen = (work: (id: number) => void) => () => {
    if (chosen !== null) work(chosen)
  }
  const on = (keys: string, does: string, run: () => void) => ({ keys, does, group: 'Board', run })
  useShortcuts([
    on('ArrowDown', 'Next ticket', () => walk('down')),
    on('ArrowUp', 'Previous ticket', () => walk('up')),
    on('ArrowLeft', 'Column to the left', () => walk('left')),
    on('ArrowRight', 'Column to the right', () => walk('right')),
    on('j', 'Next ticket', () => walk('down')),
    on('k', 'Previous ticket', () => walk('up')),
    on(
      'o',
      'Open the ticket',
      withChosen((id) => go(`/tickets/${id}`)),
    ),
    on('e', 'Edit the ticket', withChosen(onEdit)),
    on(
      '+',
      'Raise its priority',
      withChosen((id) => onRaise(id, 1)),
    ),
    on(
      '=',
      'Raise its priority',
      withChosen((id) => onRaise(id, 1)),
    ),
    on(
      '-',
      'Lower its priority',
      withChosen((id) => onRaise(id, -1)),
    ),
  ])
  const onFocus = (event: FocusEvent) => {
    const id = (event.target as HTMLElement).dataset.ticket
    if (id !== undefined) setChosen(Number(id))
  }
  return { current, board, onFocus }
}
