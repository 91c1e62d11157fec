/** Keys that move through a list: its items carry `data-step` within the element. */
import { type RefObject, useRef } from 'react'
import { useShortcuts } from '../shell/shortcuts.ts'

/** Gives the ref of the element around the list. `what` names an item, such as `commit`. */
export function useSteps<T extends HTMLElement>(what: string, group: string): RefObject<T | null> {
  const around = useRef<T>(null)
  const step = (by: 1 | -1) => {
    const all = [...(around.current?.querySelectorAll<HTMLElement>('[data-step]') ?? [])]
    const here = document.activeElement?.closest<HTMLElement>('[data-step]')
    const at = here ? all.indexOf(here) : -1
    const next = all[at === -1 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]
    next?.focus()
    next?.scrollIntoView({ block: 'nearest' })
  }
  useShortcuts([
    { keys: 'j', does: `Next ${what}`, group, run: () => step(1) },
    { keys: 'k', does: `Previous ${what}`, group, run: () => step(-1) },
  ])
  return around
}
