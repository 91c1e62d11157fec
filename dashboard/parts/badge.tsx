/** A word with a colour; the word says it, the colour only helps. */
import type { ReactNode } from 'react'

export type Tone = 'neutral' | 'good' | 'bad' | 'warn' | 'busy'

export function Badge({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className="badge" data-tone={tone}>
      {children}
    </span>
  )
}
