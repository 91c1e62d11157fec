/** A thing of its own on the page. */
import type { HTMLAttributes } from 'react'

export function Card({ className = '', ...rest }: HTMLAttributes<HTMLElement>) {
  return <section className={`card ${className}`} {...rest} />
}
