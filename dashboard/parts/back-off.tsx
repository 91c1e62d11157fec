/** Back-off of a ticket: its end and its reason. */
import type { ReactNode } from 'react'
import { backOffIn } from '../../src/ticket/delays.ts'
import { useNow } from './now.ts'

interface BackOffProps {
  /** End in milliseconds since the epoch, or as the UTC text of tickets. */
  until: number | string
  delay: string | null
  /** Draws the words. */
  children: (words: string) => ReactNode
}

/** Shows the back-off; nothing once the ticket may be claimed. */
export function BackOff({ until, delay, children }: BackOffProps) {
  const notBefore = typeof until === 'number' ? until : Date.parse(`${until.replace(' ', 'T')}Z`)
  const words = backOffIn({ notBefore, delay }, useNow())
  return words === null ? null : children(words)
}
