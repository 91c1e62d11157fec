/** Head of a page: its name, a line about it, and its actions. */
import type { ReactNode } from 'react'
import { isolated } from '../../src/ticket/visible.ts'
import { useTitle } from '../shell/page.ts'

interface PageHeaderProps {
  title: string
  /** Title of the tab, when that is not the title. */
  tab?: string
  children?: ReactNode
}

/** Shows the head of a page, and sets the title of the tab. */
export function PageHeader({ title, tab, children }: PageHeaderProps) {
  useTitle(`${isolated(tab ?? title)} · swarm`)
  return (
    <header className="page-header">
      <h1>{title}</h1>
      {children && <div className="page-header-more">{children}</div>}
    </header>
  )
}
