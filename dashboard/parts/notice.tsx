/** A sentence beside what it is about: what went wrong, or what to know. Read out when it comes. */
import type { ReactNode } from 'react'
import type { Tone } from './badge.tsx'

export function Notice({ tone = 'bad', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <p className="notice" data-tone={tone} role="alert">
      {children}
    </p>
  )
}
