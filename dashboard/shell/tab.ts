/** Tab of the browser: its title and icon say when a person is needed. */
import { useEffect } from 'react'
import { useCell } from '../live/cell.ts'
import { useWaiting } from '../live/inbox.ts'
import { title } from './page.ts'

/** Updates the tab and draws nothing; a component of its own, so that nothing else is drawn again for it. */
export function TabSigns(): null {
  const text = useCell(title)
  const waiting = useWaiting() ?? 0
  useEffect(() => {
    document.title = waiting > 0 ? `(${waiting}) ${text}` : text
  }, [text, waiting])
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
    if (icon) icon.href = waiting > 0 ? '/favicon-waiting.svg' : '/favicon.svg'
  }, [waiting])
  return null
}
