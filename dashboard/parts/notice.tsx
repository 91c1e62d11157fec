/** Notice beside its subject: what went wrong, or what to know. Screen readers announce it. */
import type { ReactNode } from 'react'
import type { Tone } from './badge.tsx'

/** Shows a notice. */
export function Notice({ tone = 'bad', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <p className="notice" data-tone={tone} role="alert">
      {children}
    </p>
  )
}
