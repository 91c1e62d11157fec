/** Tabs: several views of one thing, one at a time; arrow keys move between them. */
import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react'

/** Tab with its name. */
export interface Tab {
  id: string
  name: ReactNode
}

interface TabsProps {
  label: string
  tabs: readonly Tab[]
  /** Id of the shown tab; the first one when no tab has this id. */
  current: string
  onChange: (id: string) => void
  children: ReactNode
}

/** Shows tabs and the content of the current one. */
export function Tabs({ label, tabs, current, onChange, children }: TabsProps) {
  const base = useId()
  const list = useRef<HTMLDivElement>(null)
  const shown = tabs.find(({ id }) => id === current) ?? tabs[0]!
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const next = (tabs.indexOf(shown) + step + tabs.length) % tabs.length
    onChange(tabs[next]!.id)
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus()
  }
  return (
    <div className="tabs">
      <div className="tabs-list" role="tablist" aria-label={label} ref={list} onKeyDown={move}>
        {tabs.map(({ id, name }) => (
          <button
            key={id}
            id={`${base}-${id}`}
            type="button"
            role="tab"
            aria-selected={id === shown.id}
            aria-controls={`${base}-panel`}
            tabIndex={id === shown.id ? 0 : -1}
            onClick={() => onChange(id)}
          >
            {name}
          </button>
        ))}
      </div>
      <div id={`${base}-panel`} role="tabpanel" aria-labelledby={`${base}-${shown.id}`}>
        {children}
      </div>
    </div>
  )
}
