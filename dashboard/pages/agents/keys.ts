/** Keys for the agent that has the focus, or else the first one: each presses a button of its card. */
import type { RefObject } from 'react'
import { useShortcuts } from '../../shell/shortcuts.ts'

/** Keys. `does`: the `data-does` of the button. */
const KEYS = [
  { keys: 'o', says: 'Open its transcript', does: 'transcript' },
  { keys: 'l', says: 'Show its log', does: 'log' },
  { keys: 's', says: 'Stop it and give back', does: 'stop' },
] as const

/** Offers the keys on the page around the cards. */
export function useAgentKeys(around: RefObject<HTMLElement | null>): void {
  const press = (does: string) => {
    const card = document.activeElement?.closest('.agent') ?? around.current?.querySelector('.agent')
    card?.querySelector<HTMLElement>(`[data-does="${does}"]`)?.click()
  }
  useShortcuts(
    KEYS.map(({ keys, says, does }) => ({ keys, does: says, group: 'Agents', run: () => press(does) })),
  )
}
