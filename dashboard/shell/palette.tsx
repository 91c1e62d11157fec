/** Command palette: everything that has a key, and tickets by id or words. */
import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react'
import { api } from '../live/api.ts'
import { useCell } from '../live/cell.ts'
import { useTickets } from '../live/tickets.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Keys } from '../parts/keys.tsx'
import { go } from './router.ts'
import { shortcuts, spelled } from './shortcuts.ts'

interface Choice {
  id: string
  name: string
  keys?: string[]
  note?: string
  run: () => void
}

/** Shows the palette. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const list = useId()
  const choices = useChoices(text)
  const chosen = Math.min(at, choices.length - 1)

  const run = (choice: Choice | undefined) => {
    if (!choice) return
    onClose()
    choice.run()
  }
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && choices.length > 0) {
      event.preventDefault()
      setAt((chosen + step + choices.length) % choices.length)
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      run(choices[chosen])
    }
  }
  return (
    <Dialog title="Search and run" onClose={onClose} shape="palette">
      <input
        dir="auto"
        className="palette-input"
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={choices[chosen] && `${list}-${choices[chosen].id}`}
        aria-label="A ticket, a page or an action"
        placeholder="A ticket, a page or an action"
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={move}
      />
      <div id={list} role="listbox" aria-label="Results" className="palette-list">
        {choices.map((choice, index) => (
          <div
            key={choice.id}
            id={`${list}-${choice.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            className="palette-option"
            onClick={() => run(choice)}
            onKeyDown={() => {}}
            onPointerMove={() => setAt(index)}
            ref={index === chosen ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
          >
            {choice.note && <span className="palette-note">{choice.note}</span>}
            <span className="palette-name">{choice.name}</span>
            {choice.keys && <Keys keys={choice.keys} />}
          </div>
        ))}
      </div>
      {choices.length === 0 && <p className="palette-none">No matches.</p>}
    </Dialog>
  )
}

const MOST = 50

function useChoices(text: string): Choice[] {
  const commands = useCell(shortcuts)
  const numbered = useNumbered(useDeferredValue(text.trim()))
  const titled = useTitled(useDeferredValue(text.trim()))
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const seen = new Set<string>()
  const fitting = commands.filter(({ keys, does }) => {
    if (keys === 'mod+k' || seen.has(does) || !words.every((word) => does.toLowerCase().includes(word)))
      return false
    seen.add(does)
    return true
  })
  return [
    ...numbered,
    ...fitting.map(({ keys, does, run }) => ({
      id: `run-${does.replace(/\W+/g, '-')}`,
      name: does,
      keys: spelled(keys),
      run,
    })),
    ...titled,
  ].slice(0, MOST)
}

/** Choices for a number, which is looked up as a ticket. */
function useNumbered(text: string): Choice[] {
  const number = /^#?(\d{1,9})$/.exec(text)?.[1]
  const { data } = useQuery({
    queryKey: ['palette', number],
    queryFn: () => api.ticket(Number(number)).catch(() => null),
    enabled: number !== undefined && Number(number) > 0,
  })
  return data && number !== undefined ? [leadingTo(data)] : []
}

/** Choices for words, found in the titles of the board, newest first. */
function useTitled(text: string): Choice[] {
  const { value: tickets } = useTickets()
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (!tickets || words.length === 0) return []
  return [...tickets.byId.values()]
    .filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)))
    .sort((a, b) => b.id - a.id)
    .slice(0, MOST)
    .map(leadingTo)
}

const leadingTo = ({ id, title }: { id: number; title: string }): Choice => ({
  id: `ticket-${id}`,
  note: `#${id}`,
  name: title,
  run: () => go(`/tickets/${id}`),
})
