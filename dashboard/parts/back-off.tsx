/** That a ticket backs off: until when, and why. */
import type { ReactNode } from 'react'
import { backOffIn } from '../../src/ticket/delays.ts'
import { useNow } from './now.ts'

interface BackOffProps {
  /** Milliseconds since the epoch, or the UTC text that tickets have. */
  until: number | string
  delay: string | null
  /** What is drawn of the words. */
  children: (words: string) => ReactNode
}

/** Nothing once it may be claimed. */
export function BackOff({ until, delay, children }: BackOffProps) {
  const notBefore = typeof until === 'number' ? until : Date.parse(`${until.replace(' ', 'T')}Z`)
  const words = backOffIn({ notBefore, delay }, useNow())
  return words === null ? null : children(words)
}
