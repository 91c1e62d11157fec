/** The head of a page: its name, a line about it, and what can be done. */
import type { ReactNode } from 'react'
import { isolated } from '../../src/ticket/visible.ts'
import { useTitle } from '../shell/page.ts'

interface PageHeaderProps {
  title: string
  /** What the tab is called, when that is not the title. */
  tab?: string
  children?: ReactNode
}

export function PageHeader({ title, tab, children }: PageHeaderProps) {
  useTitle(`${isolated(tab ?? title)} · swarm`)
  return (
    <header className="page-header">
      <h1>{title}</h1>
      {children && <div className="page-header-more">{children}</div>}
    </header>
  )
}
