/** Badge: a word with a colour; the word carries the meaning, the colour only helps. */
import type { ReactNode } from 'react'

/** Meaning of a colour. */
export type Tone = 'neutral' | 'good' | 'bad' | 'warn' | 'busy'

/** Shows a badge. */
export function Badge({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className="badge" data-tone={tone}>
      {children}
    </span>
  )
}
