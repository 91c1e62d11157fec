/** Empty state: nothing is here, what that means, and what to do next. */
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

interface EmptyStateProps {
  title: string
  icon?: LucideIcon
  children?: ReactNode
}

/** Shows an empty state. */
export function EmptyState({ title, icon: Icon, children }: EmptyStateProps) {
  return (
    <div className="empty">
      {Icon && <Icon aria-hidden className="empty-icon" />}
      <p className="empty-title">{title}</p>
      {children && <div className="empty-text">{children}</div>}
    </div>
  )
}
