/** Card: one thing on a page. */
import type { HTMLAttributes } from 'react'

/** Shows a card. */
export function Card({ className = '', ...rest }: HTMLAttributes<HTMLElement>) {
  return <section className={`card ${className}`} {...rest} />
}
