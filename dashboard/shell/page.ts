/** Page, as the frame around it knows it. */
import type { LucideIcon } from 'lucide-react'
import { useEffect } from 'react'
import { type Cell, cell } from '../live/cell.ts'
import type { Later } from '../parts/later.tsx'
import { matched } from './router.ts'

/** Parameters of the page's address. */
export interface PageProps {
  parameters: Record<string, string>
}

/** Page of the dashboard. */
export interface Page {
  /** Path such as `/tickets/:id`. */
  path: string
  name: string
  /** Icon; absent for a page outside of the navigation. */
  icon?: LucideIcon
  /** Key that goes there, after `g`. */
  key?: string
  Content: Later<PageProps>
}

/** Finds the page at an address, with its parameters; null when there is none. */
export function pageAt(pages: readonly Page[], path: string): (Page & PageProps) | null {
  for (const page of pages) {
    const parameters = matched(page.path, path)
    if (parameters) return { ...page, parameters }
  }
  return null
}

/** Title of the tab; the frame adds the number of waiting tickets before it. */
export const title: Cell<string> = cell('swarm')

/** Names the tab after the page's content. */
export function useTitle(text: string): void {
  useEffect(() => title.set(text), [text])
}
