/** What a page is to the frame around it. */
import type { LucideIcon } from 'lucide-react'
import { useEffect } from 'react'
import { type Cell, cell } from '../live/cell.ts'
import type { Later } from '../parts/later.tsx'
import { matched } from './router.ts'

/** What a page is given: the parameters of its address. */
export interface PageProps {
  parameters: Record<string, string>
}

export interface Page {
  /** Such as `/tickets/:id`. */
  path: string
  name: string
  /** Absent: it is no entry of the navigation. */
  icon?: LucideIcon
  /** After `g`, it goes there. */
  key?: string
  Content: Later<PageProps>
}

/** The page at an address, and the parameters in that; null when there is none. */
export function pageAt(pages: readonly Page[], path: string): (Page & PageProps) | null {
  for (const page of pages) {
    const parameters = matched(page.path, path)
    if (parameters) return { ...page, parameters }
  }
  return null
}

/** What the tab is called; the frame puts before it how many things wait for a person. */
export const title: Cell<string> = cell('swarm')

/** Names the tab after what the page shows. */
export function useTitle(text: string): void {
  useEffect(() => title.set(text), [text])
}
