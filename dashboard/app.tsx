/** The dashboard: the pages, and the frame around them. */
import { QueryClientProvider } from '@tanstack/react-query'
import { Activity, Bot, ChartLine, GitMerge, Inbox, LayoutGrid, Settings } from 'lucide-react'
import { lazy } from 'react'
import { queries } from './live/queries.ts'
import { Frame } from './shell/frame.tsx'
import type { Page } from './shell/page.ts'

/** One row a page. Its code is loaded when it is opened; to add one, see ARCHITECTURE.md. */
const PAGES: readonly Page[] = [
  {
    path: '/',
    name: 'Home',
    icon: Inbox,
    key: 'h',
    Content: lazy(async () => ({ default: (await import('./pages/home/home.tsx')).Home })),
  },
  {
    path: '/board',
    name: 'Board',
    icon: LayoutGrid,
    key: 'b',
    Content: lazy(async () => ({ default: (await import('./pages/board/board.tsx')).Board })),
  },
  {
    path: '/lane',
    name: 'Lane',
    icon: GitMerge,
    key: 'l',
    Content: lazy(async () => ({ default: (await import('./pages/lane/lane.tsx')).Lane })),
  },
  {
    path: '/agents',
    name: 'Agents',
    icon: Bot,
    key: 'a',
    Content: lazy(async () => ({ default: (await import('./pages/agents/agents.tsx')).Agents })),
  },
  {
    path: '/activity',
    name: 'Activity',
    icon: Activity,
    key: 'y',
    Content: lazy(async () => ({ default: (await import('./pages/activity/activity.tsx')).ActivityPage })),
  },
  {
    path: '/numbers',
    name: 'Numbers',
    icon: ChartLine,
    key: 'n',
    Content: lazy(async () => ({ default: (await import('./pages/numbers/numbers.tsx')).Numbers })),
  },
  {
    path: '/settings',
    name: 'Settings',
    icon: Settings,
    key: 's',
    Content: lazy(async () => ({ default: (await import('./pages/settings/settings.tsx')).SettingsPage })),
  },
  {
    path: '/tickets/:id',
    name: 'Ticket',
    Content: lazy(async () => ({ default: (await import('./pages/ticket/ticket.tsx')).TicketPage })),
  },
]

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <Frame pages={PAGES} />
    </QueryClientProvider>
  )
}
